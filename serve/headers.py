"""How long browsers and proxies may keep what they fetch here, and what a page may do."""

import os

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

from serve.gradio_insides import HASHED, HASHED_THEME

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # kept, but only shown after the server has said that it is still the same

# Gradio writes style elements, and runs the line of ours that starts the page through Function().
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{scripts}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'{frames}"
)
# A Space is shown in a frame of its host's; a notebook, which starts the app itself, in its own.
FRAMES = "; frame-ancestors 'self' https://huggingface.co https://*.hf.space"
SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]


def policy(scripts: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of a page with inline scripts of these hashes (in base64)."""
    known = "".join(f" 'sha256-{script}'" for script in scripts)
    frames = FRAMES if "SPACE_ID" in os.environ else ""
    return POLICY.format(scripts=known, frames=frames)


def kept_as(scope: Scope, status: int) -> str:
    """The Cache-Control of the answer to a GET or HEAD, by its address and its status."""
    path = scope["path"]
    theme = path.endswith("/theme.css") and HASHED_THEME.fullmatch(scope.get("query_string", b""))
    if status == 200 and (theme or HASHED.fullmatch(path)):
        return FOR_EVER
    return ASK_AGAIN


def with_cache_control(scope: Scope, send: Send) -> Send:
    """A send that says so where Gradio does not, and answers 304 to those who have it already.

    Gradio gives its files an ETag, but sends them whole to whoever asks whether it still holds.
    """
    known = Headers(scope=scope).get("if-none-match", "")
    unchanged = False

    async def send_with_headers(message: Message) -> None:
        nonlocal unchanged
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.setdefault("cache-control", kept_as(scope, message["status"]))
            unchanged = message["status"] == 200 and _is_known(headers.get("etag", ""), known)
            if unchanged:
                for name in ("content-length", "content-type", "content-disposition"):
                    del headers[name]
            status = 304 if unchanged else message["status"]
            message = {**message, "status": status, "headers": headers.raw}
        elif unchanged:
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": b""}
        await send(message)

    return send_with_headers


def _is_known(etag: str, known: str) -> bool:
    """By RFC 9110's weak comparison: a proxy that compresses marks the tag as weak."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return bool(etag) and etag.removeprefix("W/") in tags
