"""Everything that measures: writes models/results.json, the tables and the charts of docs/."""

import models  # noqa: F401  # before onnxruntime, whose reports to its makers it turns off
