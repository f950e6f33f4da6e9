"""How long browsers may keep what the app answers, and what they need not fetch again."""

import base64
import hashlib
import re

import httpx
import pytest
from starlette.responses import Response

from serve.headers import policy
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


def test_every_answer_says_that_its_kind_is_not_guessed_and_its_address_not_told():
    for path in ("/config", "/nothing", "/assets/x.js"):
        headers = fetched(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_first_page_runs_the_scripts_that_it_is_made_of_and_no_others(http):
    first = http.get("/")
    said = first.headers["content-security-policy"]
    assert "default-src 'none'" in said
    assert "'unsafe-inline'" not in said.split("script-src")[1].split(";")[0]
    scripts = re.findall(r"<script(?![^>]*src=)[^>]*>(.*?)</script>", first.text, re.DOTALL)
    assert scripts
    for script in scripts:
        known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{known}'" in said


def test_a_space_may_show_it_in_its_frame(monkeypatch):
    assert "frame-ancestors" not in policy()  # a notebook shows it, wherever that is
    monkeypatch.setenv("SPACE_ID", "someone/sketch28")
    assert "frame-ancestors 'self' https://huggingface.co" in policy()
