# The app in a container, on any host:
#   docker build --tag sketch28 . && docker run --rm --read-only --tmpfs /tmp --publish 7860:7860 sketch28
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 visitor
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY app.py README.md LICENSE ./
COPY models models/
COPY page page/
COPY serve serve/
COPY docs/*.png docs/

USER visitor
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 PYTHONDONTWRITEBYTECODE=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/config', timeout=4)"]
CMD ["python", "app.py"]
