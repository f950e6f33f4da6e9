"""Builds the page as a folder that any static host can serve: the visitor's browser answers.

    python export/to_static.py DIR
    python -m http.server -d DIR

DIR/index.html names a folder beside it, which holds everything else and is named by a hash of its
content: a page that was opened before a new build goes on with the folder it knows (the last one is
left in place), and what a browser has once fetched of a folder it need never ask for again.
onnxruntime-web comes from npm (package-lock.json) and is fetched where it is missing.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script: find the project

from export import compressed, licences, npm
from models.specs import FOLDER as MODELS
from models.whole import told

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "page"
MARK = "site.json"  # in DIR and in the folder of a version
TOP = ("index.html", "sw.js")  # of page/: they lie in DIR itself
APPS = ("server.js", "endpoints.js", "gradio.css")  # of page/: only the app needs them
RUNTIME = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")
BINARY = f"runtime/{RUNTIME[-1]}"  # fetched as .gz
LEFT = re.compile(r"new-[a-z0-9_]{8}|[0-9a-f]{12}")  # a draft as tempfile names it; a version
CARD = "card.png"  # shown with links to the site: its address stays, whatever version there is
# A Space of this kind may ask for these headers; with them onnxruntime-web may use threads.
HEADERS = """custom_headers:
  cross-origin-embedder-policy: require-corp
  cross-origin-opener-policy: same-origin
  cross-origin-resource-policy: cross-origin
"""
# No script, style, picture or answer comes from elsewhere, and the browser holds the page to it.
POLICY = (
    "default-src 'none'; script-src 'self' {scripts} 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)


class NoSite(Exception):
    """The site cannot be built there; the message says why in one sentence."""


def build(target: Path) -> str:
    """Write or renew the site.

    Returns:
        The name of the folder that index.html opens.

    Raises:
        NoSite, npm.Missing, licences.Missing: nothing was changed.
        OSError: something cannot be read or written; index.html opens what it opened before.
    """
    before = _before(target)
    bundled = licences.text()
    runtime = npm.onnxruntime_web()
    target.mkdir(parents=True, exist_ok=True)
    for path in target.iterdir():
        if path.is_dir() and path.name not in before and _is_left(path):
            shutil.rmtree(path, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=target, prefix="new-") as new:
        draft = Path(new) / "version"
        _fill(draft, runtime)
        version = _hash(draft)
        _note(draft, version)
        compressed.beside(draft)
        # Noted first: killed from here on, it leaves nothing that the next build does not know.
        _note_versions(target, list(dict.fromkeys([*before, version])))
        _put(draft, target / version)
    (target / "README.md").write_text(_readme(), "utf-8")
    (target / "LICENCES.txt").write_text(bundled, "utf-8")
    (target / ".nojekyll").touch()  # GitHub Pages: the files are served as they are
    shutil.copyfile(PAGE / "icons" / CARD, target / CARD)
    # Last and at once: until here visitors got the old build, from here on the new one.
    _write(target / "sw.js", (PAGE / "sw.js").read_text("utf-8"))
    _write(target / "index.html", index(version))
    kept = [version, *[name for name in before if name != version][:1]]
    for name in {*before} - {*kept}:
        shutil.rmtree(target / name, ignore_errors=True)
    _note_versions(target, kept)
    return version


def index(version: str) -> str:
    """page/index.html with its addresses one folder further down.

    Environment: SKETCH28_SOURCE, where the project lies; SKETCH28_ADDRESS, the site's own, without
    which some show no picture with links to it.
    """
    text = (PAGE / "index.html").read_text("utf-8")
    text = re.sub(r'\b(href|src)="(?![a-z]+:|[/?#.])', rf'\1="{version}/', text)
    source, address = (
        escape(os.environ.get(f"SKETCH28_{name}", "")) for name in ("SOURCE", "ADDRESS")
    )
    address = f"{address.rstrip('/')}/" if address else ""
    text = text.replace(f'content="icons/{CARD}"', f'content="{address}{CARD}"', 1)
    text = text.replace('name="source" content=""', f'name="source" content="{source}"', 1)
    text = text.replace("<html ", f'<html data-version="{version}" ', 1)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = POLICY.format(scripts=f"'sha256-{digest}'")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'
    return text.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n    {policy}', 1)


def _before(target: Path) -> list[str]:
    """The versions that lie there, the one that index.html opens first; [] where nothing does."""
    if target.exists() and not target.is_dir():
        raise NoSite(f"{target} is a file: name a folder.")
    if not target.exists() or all(_is_left(path) for path in target.iterdir()):
        return []
    noted = _noted(target)
    if noted.get("name") != "sketch28":
        raise NoSite(f"{target} holds something else than a site of ours: name an empty folder.")
    opened = "".join(path.read_text("utf-8") for path in target.glob("index.html"))
    return sorted(noted.get("versions", []), key=lambda name: f'"{name}"' not in opened)


def _noted(folder: Path) -> dict:
    """Its site.json; {} where it has none."""
    try:
        return dict(json.loads((folder / MARK).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _is_left(path: Path) -> bool:
    """Whether it is ours, of a build that was killed before it could note it."""
    if not LEFT.fullmatch(path.name) or not path.is_dir():
        return path.name == f"{MARK}.tmp"
    if path.name.startswith("new-"):
        return {inner.name for inner in path.iterdir()} <= {"version", "old"}
    return _noted(path).get("version") == path.name


def _fill(draft: Path, runtime: Path) -> None:
    """All that a browser may ask for, but index.html and sw.js."""
    skipped = shutil.ignore_patterns("*.py", "__pycache__", "drawn", *APPS)
    shutil.copytree(PAGE, draft, ignore=skipped)
    for name in TOP:
        (draft / name).unlink()
    catalogue = json.loads((MODELS / "catalogue.json").read_text("utf-8"))
    steps = [step["graph"] for step in catalogue["preprocessing"].values()]
    networks = [*catalogue["models"].values(), *catalogue["learning"].values()]
    names = steps + [network[key] for network in networks for key in ("graph", "weights")]
    (draft / "models").mkdir()
    for name in ["catalogue.json", "results.json", "learning.json", *names]:
        shutil.copyfile(MODELS / name, draft / "models" / name)
    (draft / "runtime").mkdir()
    for name in RUNTIME:
        shutil.copyfile(runtime / name, draft / "runtime" / name)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _hash(draft: Path) -> str:
    """12 hexadecimal digits of the names and contents in there."""
    digest = hashlib.sha256()
    for path in _files(draft):
        digest.update(f"{path.relative_to(draft).as_posix()}\n{path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    digest.update(index("").encode())  # opens it, and must be new where it changed
    return digest.hexdigest()[:12]


def _note(draft: Path, version: str) -> None:
    """site.json: what is kept for use offline, bytes by path, and how much the runtime is."""
    compressed.gzip_beside(draft / BINARY)
    files = {path.relative_to(draft).as_posix(): path.stat().st_size for path in _files(draft)}
    noted = {"version": version, "runtime_bytes": files[f"{BINARY}.gz"], "files": files}
    noted["unpacked_bytes"] = files.pop(BINARY)  # its .gz is fetched; some hosts unpack that
    (draft / MARK).write_text(json.dumps(noted), "utf-8")


def _put(draft: Path, folder: Path) -> None:
    """The same version may lie there already, perhaps damaged: whole, it stays."""
    if _hash(folder) != _hash(draft):
        if folder.exists():
            folder.rename(draft.with_name("old"))  # goes with the draft's place
        draft.rename(folder)


def _note_versions(target: Path, names: list[str]) -> None:
    _write(target / MARK, json.dumps({"name": "sketch28", "versions": names}) + "\n")


def _write(path: Path, text: str) -> None:
    """At once, with its compressed copies, which may never be older than it is."""
    for ending in compressed.ENDINGS:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)


def _readme() -> str:
    """What a Space needs to know, after the one that stands in our own README.md."""
    ours = (ROOT / "README.md").read_text("utf-8").split("---\n")[1]
    kept = re.sub(r"(?m)^(sdk|sdk_version|python_version|app_file):.*\n", "", ours)
    return f"""---
{kept}sdk: static
app_file: index.html
{HEADERS}---

# Sketch28, the static site

Built by `python export/to_static.py`; the visitor's browser answers, with onnxruntime-web.
What is bundled, and under which licences: LICENCES.txt.
"""


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the page as a static site.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="empty, or a site of ours")
    args = parser.parse_args(words)
    try:
        version = build(args.folder)
    except (NoSite, npm.Missing, licences.Missing) as error:
        said = str(error)
    except (OSError, MemoryError) as error:
        many = isinstance(error, shutil.Error)  # one for each file: the first says enough
        said = f"{error.args[0][0][2]}." if many else told(error)
    else:
        megabytes = sum(path.stat().st_size for path in _files(args.folder / version)) / 1e6
        print(f"{args.folder / 'index.html'} opens {version}/, {megabytes:.0f} MB with all copies.")
        print(f"Serve it with: python -m http.server -d {args.folder}")
        return 0
    print(said, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
