"""Files of every hostile kind are answered or refused; measure/hostile_kinds.py says how fast."""

import sys

import httpx
import pytest

from measure.hostile_files import KINDS
from measure.hostile_kinds import said
from measure.serving import running
from models.auto import AUTO


@pytest.fixture(scope="module")
def client():
    with running() as app, httpx.Client(base_url=app.address, timeout=120) as client:
        yield client


# The largest of every format take half of the time: measure/hostile_kinds.py sends them all.
LARGEST = {"PNG, 1 x 59,000,000", "WebP, 59 megapixels", "TIFF, deflate, 59 megapixels"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on memory")
@pytest.mark.parametrize("name", [name for name in KINDS if name not in LARGEST])
def test_it_is_answered_or_refused_in_one_sentence(client, name):
    reply = client.post("/ask/photo", params={"model": AUTO}, content=KINDS[name]())
    assert said(reply) != "fault"


def test_there_are_many_kinds():
    assert KINDS.keys() > LARGEST
    assert len(KINDS) >= 49
