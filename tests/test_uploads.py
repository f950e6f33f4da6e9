"""What programs upload: counted, named by us, and never looked up by a visitor's words."""

import os

import pytest

from serve import uploads
from serve.gradio_insides import UPLOADS
from serve.line import visitor
from serve.refusals import Refused
from serve.uploads import Kept, is_uploaded
from tests.scenario import client_of, run

UPLOAD = "/gradio_api/upload"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(uploads, "kept", Kept())
    return tmp_path


def upload(files, **options):
    async def scenario():
        async with client_of() as client:
            return await client.post(UPLOAD, files=files, **options)

    return run(scenario)


def test_a_file_is_kept_under_a_name_of_ours(folder):
    reply = upload([("files", ("../../A NAME.png", b"content"))])
    (path,) = reply.json()
    assert is_uploaded(path)
    assert [file.read_bytes() for file in folder.iterdir()] == [b"content"]
    assert "A NAME" not in path
    assert list(uploads.kept.held.values()) == [("127.0.0.1", 2 * uploads.BLOCK)]


@pytest.mark.parametrize("many", [uploads.MOST_PARTS + 1, 1000])
def test_a_request_has_few_parts(folder, many):
    reply = upload([("files", ("a", b"x"))] * many)
    assert reply.status_code == 400
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=b"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
        (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
    ],
)
def test_what_is_no_form_is_refused(folder, body, kind):
    async def scenario():
        async with client_of() as client:
            return await client.post(UPLOAD, content=body, headers={"content-type": kind})

    assert run(scenario).status_code == 400
    assert not list(folder.iterdir())


def test_small_files_are_counted_as_the_disk_counts_them(folder, monkeypatch):
    monkeypatch.setattr(uploads, "SHARE_OF_ONE", 1)
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    replies = [upload([("files", ("a", b""))]) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 503]
    monkeypatch.setattr(uploads, "MOST_FILES", 99)
    monkeypatch.setattr(uploads, "MOST_KEPT", 4 * uploads.BLOCK)
    assert upload([("files", ("a", b"x"))]).status_code == 503
    assert len(list(folder.iterdir())) == 3


def test_one_address_leaves_room_for_others(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 4)
    codes = [upload([("files", ("a", b"x"))]).status_code for _ in range(3)]
    assert codes == [200, 200, 503]
    token = visitor.set("another")
    uploads.kept.add("0", 1)
    visitor.reset(token)


def test_of_a_request_all_files_are_kept_or_none(folder, monkeypatch):
    monkeypatch.setattr(uploads, "SHARE_OF_ONE", 1)
    monkeypatch.setattr(uploads, "MOST_FILES", 3)
    assert upload([("files", ("a", b"x"))] * 2).status_code == 200
    assert upload([("files", ("a", b"x"))] * 2).status_code == 503
    assert len(list(folder.iterdir())) == len(uploads.kept.held) == 2
    assert uploads.kept.files.total() == 2


def test_where_there_is_no_room_nothing_is_taken_apart(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 0)
    monkeypatch.setattr(uploads, "Request", None)
    assert upload([("files", ("a", b"x"))]).status_code == 503


def test_what_was_swept_away_makes_room(folder, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    (path,) = upload([("files", ("a", b"x"))]).json()
    assert upload([("files", ("a", b"x"))]).status_code == 503
    os.unlink(path)
    uploads.kept.count(folder)
    assert upload([("files", ("a", b"x"))]).status_code == 200


@pytest.mark.parametrize("error", [OSError(28, "full"), OSError(5, "worn"), OSError(24, "many")])
def test_a_disk_that_takes_no_more_is_told_in_one_sentence(folder, monkeypatch, error):
    def fail(self, content):
        self.touch()  # half-written
        raise error

    monkeypatch.setattr(uploads.Path, "write_bytes", fail)
    reply = upload([("files", ("a", b"x"))])
    assert reply.status_code == 503
    assert reply.json()["refusal"]["key"] == "full"
    assert not list(folder.iterdir())
    assert not uploads.kept.held


def test_a_path_is_compared_as_text_however_long_it_is(monkeypatch):
    """Looking up "a/a/a..." took minutes; nothing here may touch the disk."""

    def touched(*_, **__):
        raise AssertionError("looked up")

    for name in ("stat", "lstat", "readlink", "open"):
        monkeypatch.setattr(os, name, touched)
    name = "0" * 32
    assert is_uploaded(f"{UPLOADS}/{name}")
    for other in ("a/" * 30_000, f"{UPLOADS}/{name}/x", f"{UPLOADS}/../{name}", f"{UPLOADS}",
                  f"{UPLOADS}//{name}", f"{UPLOADS}/{name}\0", f"{UPLOADS}/{name}\n",
                  f"{UPLOADS}-/{name}",
                  f"{UPLOADS}/{'0' * 31}G", "", "\0", name, None, 7, [], {}, b""):  # fmt: skip
        assert not is_uploaded(other)


def test_more_than_fits_is_not_even_begun():
    kept = Kept()
    with pytest.raises(Refused, match="no more room"):
        kept.add("0", uploads.MOST_KEPT)
    assert not kept.held
