"""export/to_static.py: the folder that it builds, renews or refuses."""

import base64
import hashlib
import json
import re
import shutil

import pytest

from export import compressed, to_static
from tests.faults import faulty


def test_a_rebuild_of_the_same_changes_nothing(copied):
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    to_static.build(copied)
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


def test_only_the_last_version_is_left_beside_a_new_one(copied, renew):
    first = json.loads((copied / "site.json").read_text("utf-8"))["versions"][0]
    second = renew(copied)
    (to_static.PAGE / "words" / "en.json").write_text("{}", "utf-8")
    third = to_static.build(copied)
    folders = {path.name for path in copied.iterdir() if path.is_dir()}
    assert folders == {second, third} and first not in folders


def versions(folder):
    return json.loads((folder / "site.json").read_text("utf-8"))["versions"]


def folders(folder):
    return {path.name for path in folder.iterdir() if path.is_dir()}


def test_what_a_killed_first_build_has_left_is_swept(site_folder, tmp_path):
    (version,) = versions(site_folder)
    left = tmp_path / "site"
    shutil.copytree(site_folder / version, left / version)
    (left / version / "shell.js").write_text("damaged")
    (left / "new-a1b2c3d_" / "version" / "words").mkdir(parents=True)
    (left / "site.json.tmp").write_text("{")
    assert to_static.build(left) == version
    assert folders(left) == {version} and versions(left) == [version]
    assert (left / version / "shell.js").read_bytes() == (to_static.PAGE / "shell.js").read_bytes()
    assert not (left / "site.json.tmp").exists()


def test_what_a_killed_later_build_has_left_is_swept(copied):
    (version,) = versions(copied)
    (copied / "new-a1b2c3d_" / "old").mkdir(parents=True)
    lost = copied / "0123456789ab"
    lost.mkdir()
    (lost / "site.json").write_text('{"version": "0123456789ab"}')
    for name in ("new-photos", "new-abcdefgh", "ba9876543210"):  # not of ours
        (copied / name).mkdir()
        (copied / name / "letter.txt").write_text("dear")
    to_static.build(copied)
    assert folders(copied) == {version, "new-photos", "new-abcdefgh", "ba9876543210"}


@pytest.mark.parametrize("step", ["_put", "_readme", "index"])
def test_stopped_at_any_step_it_shows_the_old_or_the_new(copied, renew, monkeypatch, step):
    (old,) = versions(copied)
    before = (copied / "index.html").read_bytes()

    def stop(*given):
        if given != ("",):  # index("") is asked for the hash, too
            raise KeyboardInterrupt
        return made(*given)

    made = getattr(to_static, step)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(to_static, step, stop)
        renew(copied)
    assert (copied / "index.html").read_bytes() == before and (copied / old / "shell.js").exists()
    (to_static.PAGE / "words" / "en.json").write_text("{}", "utf-8")
    new = to_static.build(copied)  # of a third version: the second was never shown
    assert folders(copied) == {new, old} and versions(copied) == [new, old]


def test_a_damaged_file_is_renewed_and_a_whole_folder_stays(copied):
    (version,) = versions(copied)
    inode = (copied / version).stat().st_ino
    to_static.build(copied)
    assert (copied / version).stat().st_ino == inode
    (copied / version / "shell.js.br").write_text("cut off")
    to_static.build(copied)
    assert (copied / version / "shell.js.br").read_bytes() != b"cut off"
    assert folders(copied) == {version}


@pytest.mark.parametrize("at", [0, 2, 8, 300, -1])
@pytest.mark.parametrize("kind", ["ENOSPC", "MemoryError"])
def test_a_full_disk_is_told_in_one_sentence(site_folder, tmp_path, capsys, at, kind):
    site = tmp_path / "site"
    with faulty(site, at, kind) as faults:
        rc = to_static.main([str(site)])
    said = capsys.readouterr().err
    if at < 0:
        assert rc == 0 and faults.seen > 300
        return
    assert rc == 1 and said.count("\n") == 1 and said.endswith(".\n"), said
    assert ("No space left" in said) == (kind == "ENOSPC") and len(said) < 300
    assert to_static.main([str(site)]) == 0
    assert len(folders(site)) == 1


# Before BROTLI: it is killed when half of a file is written.
KILLED = """
const fs = require("fs"), whole = fs.writeFileSync;
fs.writeFileSync = (path, content) => {
  whole(path, content.subarray(0, content.length / 2));
  process.kill(process.pid, "SIGKILL");
};
"""


def test_a_compressed_copy_is_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(compressed, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(compressed, "BROTLI", KILLED + compressed.BROTLI)
    page = to_static.PAGE / "index.html"
    with pytest.raises(OSError, match="node could not compress the site"):
        compressed.brotli([page])
    assert not list(compressed.CACHE.glob("*.br"))
    monkeypatch.undo()
    monkeypatch.setattr(compressed, "CACHE", tmp_path / "cache")
    kept = compressed.brotli([page])[page]
    assert 0 < kept.stat().st_size < page.stat().st_size


def test_nothing_else_is_overwritten(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("dear")
    assert to_static.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path} holds something else than a site of ours: name an empty folder.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert to_static.main([str(tmp_path / "letter.txt")]) == 1


def test_without_node_one_sentence_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert to_static.main([str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Node.js 20" in said
    assert not (tmp_path / "site").exists()


def test_without_the_apps_packages_one_sentence_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.path", [])  # where installed packages are looked for
    assert to_static.main([str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "pip install -r requirements.txt" in said
    assert not (tmp_path / "site").exists()


def test_links_to_it_are_shown_with_a_picture_that_stays(copied, monkeypatch):
    assert '"og:image" content="card.png"' in (copied / "index.html").read_text("utf-8")
    monkeypatch.setenv("SKETCH28_ADDRESS", "https://you.example/sketch28/")
    to_static.build(copied)
    first = (copied / "index.html").read_text("utf-8")
    assert '"og:image" content="https://you.example/sketch28/card.png"' in first
    assert (copied / "card.png").read_bytes() == (to_static.PAGE / "icons/card.png").read_bytes()


def test_no_script_of_others_runs_in_it(site_folder):
    first = (site_folder / "index.html").read_text("utf-8")
    allowed = re.search(r"script-src ([^;]*);", first)[1]
    (script,) = re.findall(r"<script>(.*?)</script>", first, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed.split() == ["'self'", f"'sha256-{digest}'", "'wasm-unsafe-eval'"]


def test_says_what_is_bundled(site_folder):
    said = (site_folder / "LICENCES.txt").read_text("utf-8")
    for words in ("Sketch28", "Microsoft Corporation", "Fashion-MNIST", "protobuf"):
        assert words in said
    readme = (site_folder / "README.md").read_text("utf-8")
    assert "\nsdk: static\n" in readme and "\ncross-origin" not in readme.split("---")[2]
