"""Throws made-up requests at the whole app, gate and Gradio, and looks at what each costs.

    python -m measure.fuzz_requests --minutes 20

hypothesis makes them up and, by target(), looks for ever dearer ones. Each is answered with one
status below 500 (or 503) and, where it is refused, one kind sentence, within SECONDS of the
processor in the thread that answers everybody; nothing of what was sent is logged, and the process
does not grow. tests/test_fuzz.py runs a few hundred, always the same.
"""

import argparse
import asyncio
import base64
import io
import json
import logging
import time
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

from measure.fuzz import GROWTH, JSON, check_sentence, memory, valid_files
from measure.hostile_inputs import CANARY
from serve.gate import MOST_EVENT

SECONDS = 0.5  # of the processor, for one request: a page of Gradio's with all its parts takes 0.1
EVENTS = tuple(f"/gradio_api/{name}" for name in (
    "queue/join", "call/classify_sketch", "call/v2/classify_photo", "cancel", "reset"))  # fmt: skip
ASKED = ("/ask/sketch", "/ask/photo", "/ask/run", "/ask/facts")
FILES = st.sampled_from(valid_files())
PATHS = (*EVENTS, *ASKED, "/", "/config", "/page/shell.js", "/page/models/catalogue.json",
         "/gradio_api/mcp", "/gradio_api/mcp/schema", "/gradio_api/queue/data", "/gradio_api/info",
         "/gradio_api/call/classify_sketch/none", "/gradio_api/file=/etc/passwd")  # fmt: skip

WORD = st.sampled_from(
    (CANARY, "mnist", "classify_photo", "tools/call", "tools/list", "2.0", "")
) | (st.text(max_size=20))
FILE = st.fixed_dictionaries(
    {"path": WORD, "meta": st.just({"_type": "gradio.FileData"})}, optional={"size": WORD}
)
PICTURE = FILES.map(lambda content: "data:image/png;base64," + base64.b64encode(content).decode())
VALUE = JSON | WORD | FILE | PICTURE
ARGUMENT = st.sampled_from(("image", "model", "cut"))
MESSAGE = st.fixed_dictionaries(
    {"jsonrpc": WORD, "id": st.integers() | WORD, "method": WORD},
    optional={"params": VALUE | st.fixed_dictionaries(
        {"name": WORD, "arguments": st.dictionaries(ARGUMENT, VALUE)}
    )},
)  # fmt: skip
EVENT = st.fixed_dictionaries(
    {"data": st.lists(VALUE, max_size=5)},
    optional={
        "fn_index": st.integers(-2, 9),
        "session_hash": WORD,
        "event_id": WORD,
        CANARY: VALUE,
    },
)
# The same small thing again and again is what is dear to parse.
REPEATED = st.builds(
    lambda piece, times: (piece * times)[: 2 * MOST_EVENT],
    st.sampled_from(
        (b"[", b"[],", b"{", b'"a":', b"a/", b"\\u0041", b"9", b" ", b"\r\n--b", b"%00")
    ),
    st.integers(1, 2 * MOST_EVENT),
)
FORM = st.builds(
    lambda name, content: (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="'
        + name.encode("utf-8", "replace") + b'"\r\n\r\n' + content + b"\r\n--b--\r\n"
    ),
    WORD, st.binary(max_size=99),
)  # fmt: skip


def _json(said) -> bytes:
    return json.dumps(said).encode("utf-8", "replace")


POST, KIND = st.just("POST"), st.just(b"application/json")
REQUEST = st.one_of(  # method, path, content type, body
    st.tuples(POST, st.just("/gradio_api/mcp"), KIND, MESSAGE.map(_json) | REPEATED),
    st.tuples(POST, st.sampled_from(EVENTS), KIND, EVENT.map(_json) | REPEATED),
    st.tuples(POST, st.just("/gradio_api/upload"), st.just(b"multipart/form-data; boundary=b"),
              FORM | REPEATED),
    st.tuples(POST, st.sampled_from(ASKED), KIND, JSON.map(_json) | FILES | REPEATED),
    st.tuples(
        st.sampled_from(("GET", "HEAD", "POST", "DELETE", CANARY)),
        st.sampled_from(PATHS) | WORD.map(lambda word: f"/{word}"),
        st.sampled_from((b"", b"text/plain")),
        st.binary(max_size=200),
    ),
)  # fmt: skip
QUERY = st.dictionaries(
    st.sampled_from(("model", "width", "height", "session_hash", "view", CANARY)), WORD, max_size=3
)
HEADER = st.sampled_from((b"host", b"origin", b"accept-encoding", b"x-forwarded-host", b"range",
                          b"if-none-match", b"cookie", b"x-gradio-server"))  # fmt: skip
HEADERS = st.lists(st.tuples(HEADER, WORD.map(lambda word: word.encode("utf-8", "replace"))))


class InProcess:
    """The app without a server: its lifespan begun, and requests handed to it."""

    def __init__(self) -> None:
        from app import OPTIONS, demo
        from serve import gradio_insides

        self.app = gradio_insides.made(demo, OPTIONS)
        self.runner = asyncio.Runner()
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self.log = io.StringIO()
        self.handler = logging.StreamHandler(self.log)
        logging.getLogger().addHandler(self.handler)
        self.ends: asyncio.Queue[dict] = self.runner.run(self._begin())

    async def _begin(self) -> asyncio.Queue:
        asked: asyncio.Queue[dict] = asyncio.Queue()
        begun = asyncio.Event()

        async def send(message: Any) -> None:
            begun.set()

        asked.put_nowait({"type": "lifespan.startup"})
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        self.living = asyncio.create_task(self.app(scope, asked.get, send))  # type: ignore[arg-type]
        await begun.wait()
        return asked

    def end(self) -> None:
        async def end() -> None:
            self.ends.put_nowait({"type": "lifespan.shutdown"})
            await self.living

        self.runner.run(end())
        self.runner.close()
        logging.getLogger().removeHandler(self.handler)

    def check(self, method: str, path: str, query: dict, headers: list, body: bytes) -> float:
        """One request; seconds of the processor in the thread of the event loop."""
        began = time.thread_time()
        status, said = self.runner.run(
            asyncio.wait_for(self._ask(method, path, query, headers, body), 60)
        )
        seconds = time.thread_time() - began
        self.statuses[status] += 1
        assert status < 500 or status == 503, (status, said[:500])
        if b'"refusal"' in said[:20]:
            detail = json.loads(said)["detail"]
            check_sentence(detail if isinstance(detail, str) else detail[0]["message"])
        assert CANARY not in self.log.getvalue()
        return seconds

    async def _ask(self, method, path, query, headers, body) -> tuple[int, bytes]:
        from urllib.parse import urlencode

        sent: list[dict] = []
        started = asyncio.Event()
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive():
            if messages:
                return messages.pop()
            await started.wait()
            await asyncio.sleep(0.01)  # then the visitor leaves
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)
            started.set()

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": path, "raw_path": path.encode("utf-8", "replace"),
            "query_string": urlencode(query, errors="replace").encode(), "root_path": "",
            "headers": [(b"host", b"localhost"), *headers], "state": {},
            "client": ("1.2.3.4", 5), "server": ("127.0.0.1", 7860),
        }  # fmt: skip
        await self.app(scope, receive, send)  # type: ignore[arg-type]
        starts = [message for message in sent if message["type"] == "http.response.start"]
        assert len(starts) == 1
        return starts[0]["status"], b"".join(m.get("body", b"") for m in sent if m not in starts)


def run(cases: int, seeded: bool = True) -> InProcess:
    """So many requests; the same ones each time where they are seeded.

    Raises:
        AssertionError, or whatever a request has raised.
    """
    app = InProcess()
    # Shrinking asks hundreds more: no need where the case is printed as it is.
    phases = (Phase.generate, Phase.target)
    usual = settings(
        max_examples=cases, deadline=None, database=None, derandomize=seeded, phases=phases,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @usual
    @given(REQUEST, QUERY, HEADERS)
    def requests(request, query, headers):
        method, path, kind, body = request
        asked = (method, path, query, [*headers, (b"content-type", kind)], body)
        seconds = app.check(*asked)
        if seconds >= SECONDS:  # Python may have looked for garbage: what is dear is so again
            seconds = app.check(*asked)
        assert seconds < SECONDS, (seconds, method, path)
        app.slowest = max(app.slowest, seconds)
        target(seconds, label="seconds of the event loop")

    try:
        app.check("GET", "/", {}, [], b"")  # what is made once is not to be counted
        app.check("POST", "/ask/photo", {"model": "mnist"}, [], valid_files()[0])
        before = memory()
        requests()
    finally:
        app.end()
    assert memory() - before < GROWTH
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Throw made-up requests at the app.")
    parser.add_argument("--minutes", type=float, default=20)
    minutes = parser.parse_args().minutes
    end, statuses, slowest = time.monotonic() + 60 * minutes, Counter[int](), 0.0
    while time.monotonic() < end:
        app = run(2000, seeded=False)
        statuses += app.statuses
        slowest = max(slowest, app.slowest)
    told = ", ".join(f"{count} times {status}" for status, count in sorted(statuses.items()))
    print(f"{sum(statuses.values())} requests: {told}; the dearest took {slowest:.3f} s of the")
    print(f"event loop's processor; memory {memory():.0f} MB after")


if __name__ == "__main__":
    main()
