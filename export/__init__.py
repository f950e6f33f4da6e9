"""Every road out of here: from weights to graphs."""

import models  # noqa: F401  # before onnxruntime, whose reports to its makers it turns off
