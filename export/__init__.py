"""From weights to graphs, figures and pictures."""

import models  # noqa: F401  # before onnxruntime, whose reports to its makers it turns off
