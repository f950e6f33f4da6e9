"""Old uploads are swept away, and what the queue keeps of visitors who have left."""

import asyncio
import os
import time
from types import SimpleNamespace

from serve.sweep import keep_clean, sweep
from tests.scenario import run


def make_old(path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_old_uploads_and_empty_folders_are_swept_away(tmp_path):
    for name, age in (("old", 700), ("new", 10)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "picture.png").write_bytes(b"x")
        make_old(tmp_path / name / "picture.png", age)
        (tmp_path / f"broken-off-{name}").write_bytes(b"x")
        make_old(tmp_path / f"broken-off-{name}", age)
    sweep(tmp_path, 600)
    assert {path.name for path in tmp_path.iterdir()} == {"old", "new", "broken-off-new"}
    make_old(tmp_path / "old", 700)
    sweep(tmp_path, 600)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "broken-off-new"}


def test_the_app_sweeps_while_it_runs(monkeypatch, tmp_path):
    monkeypatch.setattr("serve.sweep.EVERY", 0.01)
    (tmp_path / "picture").write_bytes(b"x")
    make_old(tmp_path / "picture", 700)
    queue = SimpleNamespace(
        pending_event_ids_session={"gone": {"1"}, "here": {"2"}},
        pending_messages_per_session={"here": asyncio.Queue()},
        event_ids_to_events={"1": None, "2": None},
    )

    blocks = SimpleNamespace(_queue=queue)

    async def scenario():
        async with keep_clean(tmp_path, blocks, 600)(None):
            while (tmp_path / "picture").exists() or "gone" in queue.pending_event_ids_session:
                await asyncio.sleep(0.01)

    run(scenario)
    assert set(queue.pending_event_ids_session) == {"here"}
    assert set(queue.event_ids_to_events) == {"2"}
