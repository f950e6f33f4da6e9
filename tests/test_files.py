"""serve/files.py: the page's files, at the top of a host and below a proxy's prefix."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from serve import files


@pytest.mark.parametrize(
    ("prefix", "asked"),
    [("", ""), ("/below", ""), ("/below", "/below")],
)
def test_finds_files_whatever_the_proxy_takes_off(prefix, asked):
    client = TestClient(Starlette(routes=files.routes()), root_path=prefix)
    for path, file in (
        ("/page/shell.js", files.FOLDER / "shell.js"),
        ("/page/words/en.json", files.FOLDER / "words" / "en.json"),
        ("/page/models/catalogue.json", files.MODELS / "catalogue.json"),
    ):
        assert client.get(asked + path).content == file.read_bytes()
