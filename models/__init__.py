"""What the app needs at run time: pictures in, answers out. Never imports torch or gradio."""

import os

# Before onnxruntime is loaded: from 1.29 on it reports its use to its makers, on Linux too, and
# writes down an id of the device to do so (https://github.com/microsoft/onnxruntime/pull/27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
