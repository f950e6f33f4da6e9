"""page/index.html put into Gradio: its head into the first HTML, its body into one gr.HTML.

Gradio builds the page by script, some hundred milliseconds after its first HTML. Until then a cover
is seen, and all that Gradio does is hidden: nothing moves, and no loader but ours is shown.
"""

import base64
import gzip
import hashlib
import json
import os
import re
from functools import cache, lru_cache
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve import gradio_insides
from serve.files import FOLDER, VERSION
from serve.gradio_insides import gr
from serve.headers import policy

COVER = (FOLDER.parent / "serve" / "cover.html").read_text("utf-8")
ADDRESS = re.compile(r'\b(href|src)="(?![a-z]+:|[/?#.])')
SHARED = re.compile(r'(property="og:image" content=")(?![a-z]+:)')
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
START = """
import(new URL("./page/shell.js", document.baseURI))
  .catch(() => dispatchEvent(new Event("broken")));
"""


@cache
def parts() -> tuple[str, str, str]:
    """(head, what stands before the page in the body, the page) of index.html, as the app needs it.

    The page is all of <div id="page">; what starts it on other hosts is left out.
    """
    text = (FOLDER / "index.html").read_text("utf-8")
    head = text[text.index("<head>") + 6 : text.index("</head>")]
    body = text[text.index("<body>") + 6 : text.index("</body>")]
    head = re.sub(r"<meta charset[^>]*>\s*", "", ADDRESS.sub(r'\1="page/', head))
    before, page = re.sub(r'<script type="module".*?</script>', "", body).split('<div id="page">')
    return head.strip(), before.strip(), '<div id="page">' + page.strip()


def build() -> gr.HTML:
    """The page, added to the gr.Blocks being built."""
    return gr.HTML(
        html_template=parts()[2], js_on_load=START, apply_default_css=False, padding=False
    )


@lru_cache(maxsize=8)  # a page is asked for by few addresses, and its HTML is always the same
def first(html: str, root: str) -> tuple[bytes, str, str]:
    """(the answer to GET "/", gzipped; its ETag; its Content-Security-Policy).

    Args:
        html: Gradio's.
        root: the address of the page, for previews of links to it.
    """
    head, before, _ = parts()
    head = SHARED.sub(rf"\g<1>{escape(root)}/page/", head)
    head = head.replace('name="source" content=""', f'name="source" content="{escape(source())}"')
    head += f'<meta property="og:url" content="{escape(root)}/">'
    head += '<link rel="stylesheet" href="page/style/gradio.css">'
    head += f'<meta name="sketch28-version" content="{VERSION}">'
    content = gradio_insides.first_html(
        html, 'lang="en" data-host="server"', head, before + _cover()
    )
    scripts = tuple(sorted({_hash(script) for script in INLINE.findall(content)}))
    tag = f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    return gzip.compress(content.encode(), mtime=0), tag, policy(scripts)


def _hash(script: str) -> str:
    """As a Content-Security-Policy names it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def takes_gzip(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")


def source() -> str:
    """Where the project lies, for a link to it: as SKETCH28_SOURCE says, or the Space; else ""."""
    space = os.environ.get("SPACE_ID")
    files = f"https://huggingface.co/spaces/{space}/tree/main" if space else ""
    return os.environ.get("SKETCH28_SOURCE") or files


async def answer_first(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Gradio's answer to GET or HEAD of "/", with our words in it."""
    start: Message = {}
    pieces: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            pieces.append(message.get("body", b""))

    await app({**scope, "method": "GET"}, receive, keep)
    content, headers = b"".join(pieces), MutableHeaders(raw=list(start["headers"]))
    if start["status"] == 200:
        zipped, headers["etag"], headers["content-security-policy"] = first(
            content.decode(), gradio_insides.root_of(scope)
        )
        headers["vary"] = "Accept-Encoding"
        content = zipped
        if takes_gzip(scope):
            headers["content-encoding"] = "gzip"
        else:
            content = gzip.decompress(zipped)
        headers["content-length"] = str(len(content))
    await send({**start, "headers": headers.raw})
    body = b"" if scope["method"] == "HEAD" else content
    await send({"type": "http.response.body", "body": body})


@cache
def _cover() -> str:
    """The skeleton, with what is said in both languages where the page does not arrive."""
    words = {
        language: json.loads((FOLDER / "words" / f"{language}.json").read_text("utf-8"))
        for language in ("en", "ko")
    }
    sentences = "".join(
        f'<p lang="{language}">{escape(said["tab.failed"])}</p>' for language, said in words.items()
    )
    again = " · ".join(escape(said["tab.again"]) for said in words.values())
    return COVER.replace("{sentences}", sentences).replace("{again}", again)
