"""The files of the page, as the browser fetches them: /page/, and below it what models/ tells."""

import hashlib
import os
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from models.specs import FOLDER as MODELS
from serve.refusals import Refused

FOLDER = Path(__file__).resolve().parents[1] / "page"
ENDINGS = (".css", ".html", ".js", ".json", ".png", ".safetensors", ".svg", ".webmanifest", ".ico")
NAMES = ("catalogue.json", "learning.json", "results.json")


class Files(StaticFiles):
    """Static files; the refusal of what is not there, or cannot be read, is ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing is said before the first piece is read: it may be a refusal."""
        start: Message | None = None

        async def together(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                begun, start = start, None
                await send(begun)
            await send(message)

        await super().__call__(scope, receive, together)

    def get_path(self, scope: Scope) -> str:
        """Starlette takes the prefix of a proxy (root_path) off the path, but not this mount's own
        name where the proxy has taken its prefix off already."""
        prefix = scope.get("app_root_path", "")
        mount = scope["root_path"].removeprefix(prefix)
        path = scope["path"].removeprefix(prefix).removeprefix(mount)
        return os.path.normpath(os.path.join(*path.split("/")))

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            raise Refused("nothing") from error


class Page(Files):
    """All but the scripts that are not for the browser."""

    def lookup_path(self, path: str):
        return super().lookup_path(path) if path.endswith(ENDINGS) else ("", None)


class Models(Files):
    """What the page reads of models/: figures and weights, no code."""

    def lookup_path(self, path: str):
        told = path in NAMES or (path.endswith(".safetensors") and "/" not in path)
        return super().lookup_path(path) if told else ("", None)


def routes() -> list[BaseRoute]:
    """For demo.launch(app_kwargs={"routes": ...})."""
    return [
        Mount("/page/models", Models(directory=MODELS)),
        Mount("/page", Page(directory=FOLDER)),
    ]


def version() -> str:
    """A hash of the page's files: a page that was made of others is older than its server."""
    found = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in ENDINGS and path.is_file():
            found.update(path.relative_to(FOLDER).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


VERSION = version()
