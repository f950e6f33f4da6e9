"""Compressed copies beside the files of a site, for hosts that can send them instead."""

import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path

from export import npm

ENDINGS = (".gz", ".br")
TEXTS = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".webmanifest", ".wasm"}
SMALLEST = 1000  # bytes: below that it is one packet either way
WORTH = 0.9  # of the size, or the copy is not kept
QUALITY = 11  # of brotli: the best, which takes half a minute for the runtime
CACHE = npm.ROOT / "node_modules" / ".cache" / "sketch28"
BROTLI = """
const { readFileSync, renameSync, writeFileSync } = require("fs");
const { brotliCompressSync, constants: c } = require("zlib");
const quality = Number(process.argv[1]);
for (let i = 2; i < process.argv.length; i += 2) {
  const content = readFileSync(process.argv[i]);
  const params = { [c.BROTLI_PARAM_QUALITY]: quality, [c.BROTLI_PARAM_SIZE_HINT]: content.length };
  // There only when whole: killed, it would be cut off for ever, and two builds may write at once.
  const draft = `${process.argv[i + 1]}.${process.pid}.tmp`;
  writeFileSync(draft, brotliCompressSync(content, { params }));
  renameSync(draft, process.argv[i + 1]);
}
"""


def beside(folder: Path) -> None:
    """NAME.gz and NAME.br beside each file in there that is smaller for it.

    Raises:
        npm.Missing: node, which knows brotli, is not there.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in TEXTS]
    files = [path for path in files if path.stat().st_size >= SMALLEST]
    for path, kept in brotli(files).items():
        copies = gzip_beside(path), Path(f"{path}.br")
        shutil.copyfile(kept, copies[1])
        for copy in copies:
            if copy.stat().st_size > WORTH * path.stat().st_size:
                copy.unlink()


def brotli(files: list[Path]) -> dict[Path, Path]:
    """Compressed copies of the files, which are kept for the next time.

    Raises:
        npm.Missing: node is not there.
        OSError: it cannot write them.
    """
    kept = {path: CACHE / f"{_sha256(path)}.{QUALITY}.br" for path in files}
    wanted = [str(word) for pair in kept.items() if not pair[1].exists() for word in pair]
    CACHE.mkdir(parents=True, exist_ok=True)
    if wanted:
        command = [npm.node(), "-e", BROTLI, str(QUALITY), *wanted]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "Error: " in line]
            raise OSError(f"node could not compress the site ({(said or ['no reason given'])[0]})")
    return kept


def gzip_beside(path: Path) -> Path:
    copy = Path(f"{path}.gz")
    if not copy.exists():
        copy.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    return copy


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
