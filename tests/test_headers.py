"""How long browsers may keep what the app answers, and what they need not fetch again."""

import httpx
import pytest
from starlette.responses import Response

from tests.scenario import client_of, run


async def file(request):
    known = {"etag": '"abc"', "content-disposition": "inline"}
    return Response(b"content", headers=known if "none" not in request.url.path else {})


def fetched(path: str, **headers) -> httpx.Response:
    async def scenario():
        async with client_of(("/{path:path}", file)) as client:
            return await client.get(path, headers=headers)

    return run(scenario)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/config", "no-cache"),
        ("/assets/Blocks-D1GWYZdr.js", "public, max-age=31536000, immutable"),
        ("/assets/Index-Akn07EZk2.js", "public, max-age=31536000, immutable"),
        ("/assets/KaTeX_Main-Bold-Cx986IdX.woff2", "public, max-age=31536000, immutable"),
        ("/assets/index.js", "no-cache"),
        ("/static/fonts/SourceSans3/SourceSans3-SemiBold.woff2", "no-cache"),
        (f"/theme.css?v={'0a' * 32}", "public, max-age=31536000, immutable"),
        ("/theme.css?v=1", "no-cache"),
        ("/page/draw/canvas.js", "no-cache"),
        ("/nothing", "no-cache"),
    ],
)
def test_everything_says_how_long_it_may_be_kept(path, kept):
    reply = fetched(path)
    assert reply.headers["cache-control"] == kept
    assert reply.status_code == (404 if path == "/nothing" else 200)


def test_pictures_of_visitors_are_not_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    reply = fetched(f"/gradio_api/file={tmp_path}/visit/picture.png")
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("known", ['"abc"', 'W/"abc"', '"xyz", "abc"'])
def test_what_is_known_already_is_not_sent_again(known):
    reply = fetched("/page/draw/canvas.js", **{"if-none-match": known})
    assert (reply.status_code, reply.content) == (304, b"")
    assert reply.headers["etag"] == '"abc"'
    assert reply.headers["cache-control"] == "no-cache"
    assert not {"content-length", "content-type", "content-disposition"} & set(reply.headers)


def test_what_has_changed_or_has_no_tag_is_sent():
    for path, known in (("/static/x", '"xyz"'), ("/static/x", ""), ("/static/none", '""')):
        assert fetched(path, **{"if-none-match": known}).content == b"content"
