"""How long browsers and proxies may keep what they fetch here."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope, Send

from serve.gradio_insides import HASHED, HASHED_THEME, upload_folder

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # kept, but only shown after the server has said that it is still the same
NEVER = "no-store"


def kept_as(scope: Scope, status: int) -> str:
    """The Cache-Control of the answer to a GET or HEAD, by its address and its status."""
    path = scope["path"]
    if path.startswith(f"/gradio_api/file={upload_folder()}"):
        return NEVER  # a visitor's picture
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
