"""What the app needs at run time: pictures in, answers out. Never imports torch, gradio or ui."""
