"""export/to_static.py: the folder that it builds, renews or refuses."""

import base64
import hashlib
import json
import re

from export import to_static


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
