"""The app in Python: the page into Gradio, answers, endpoints, the gate. Knows models alone."""
