"""What a browser gets first from the app: our own words, and a cover until the page is there."""

import re
from html.parser import HTMLParser

import pytest

from measure.browser import DESKTOP, DIGITS, PHONE, answer, draw
from serve import page
from serve.files import FOLDER, VERSION

SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


class Seen(HTMLParser):
    """The elements of a page, as (name, attributes)."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict]:
        return [attributes for tag, attributes in self.found if tag == name]

    def meta(self, name: str) -> list[str]:
        keys = ("name", "property")
        return [m["content"] for m in self.all("meta") if name in (m.get(key) for key in keys)]


@pytest.fixture
def first(http) -> Seen:
    return Seen(http.get("/").text)


def test_it_says_whose_it_is(first, address):
    assert "<title>Sketch28</title>" in page.parts()[0]
    for name in ("og:title", "og:description", "og:image", "og:url", "description", "viewport"):
        assert len(first.meta(name)) == 1, name
    assert first.meta("og:title") == ["Sketch28"]
    assert first.meta("og:url") == [f"{address}/"]
    assert first.meta("og:image")[0].startswith(f"{address}/page/")
    (html,) = first.all("html")
    assert (html["lang"], html["data-host"]) == ("en", "server")
    assert not any("gradio" in str(m.get("content", "")).lower() for m in first.all("meta"))


def test_a_link_that_is_shared_through_a_proxy_names_the_proxy(http):
    headers = {"x-forwarded-host": "sketch.example", "x-forwarded-proto": "https"}
    shared = Seen(http.get("/", headers=headers).text)
    assert shared.meta("og:url") == ["https://sketch.example/"]
    assert shared.meta("og:image")[0].startswith("https://sketch.example/page/")


def test_everything_that_it_links_is_there(first, http):
    links = [link["href"] for link in first.all("link")]
    assert {"icon", "manifest", "stylesheet"} <= {link["rel"] for link in first.all("link")}
    for link in links:
        assert http.get(f"/{link.removeprefix('./')}").status_code == 200, link


def test_no_font_is_fetched(first, http):
    assert "@font-face" not in http.get("/theme.css").text
    assert not [link for link in first.all("link") if "font" in str(link)]


def test_no_id_of_the_page_is_taken_before_it_is_there(first):
    ids = [attributes["id"] for _, attributes in first.found if "id" in attributes]
    assert not ids
    assert 'id="sketch"' in page.parts()[2]


def test_the_page_holds_nothing_that_gradio_would_fill_in():
    assert "${" not in page.parts()[2]
    assert "{{" not in page.parts()[2]
    assert "<script" not in page.parts()[2]


def test_without_scripts_one_sentence_is_seen(first, chromium, address):
    assert first.all("noscript")
    context = chromium.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(address)
    assert "JavaScript" in shown.inner_text("body")
    assert shown.is_hidden(".cover")
    context.close()


def test_it_is_sent_once_and_packed(http):
    plain = http.get("/", headers={"accept-encoding": "identity"})
    packed = http.get("/")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.text == packed.text
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers["cache-control"] == "no-cache"
    again = http.get("/", headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = http.head("/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == packed.headers["etag"]


def test_the_version_is_told_everywhere(first, http):
    assert first.meta("sketch28-version") == [VERSION]
    for path in ("/", "/page/shell.js", "/ask/facts", "/nothing", "/config"):
        assert http.get(path).headers["x-sketch28-version"] == VERSION


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("shell.js", 200), ("style/base.css", 200), ("words/en.json", 200),
        ("models/catalogue.json", 200), ("models/results.json", 200),
        ("models/mnist.safetensors", 200), ("models/specs.py", 404), ("models/", 404),
        ("examples/draw.py", 404), ("nothing.js", 404), ("", 404), ("../app.py", 404),
        ("%2e%2e/app.py", 404), ("models/%2e%2e/app.py", 404), ("draw", 404),
        ("models//etc/passwd", 404), ("%00.js", 404), ("x" * 5000 + ".js", 404),
    ],
)  # fmt: skip
def test_the_files_of_the_page_are_served_and_no_others(http, path, status):
    reply = http.get(f"/page/{path}")
    assert reply.status_code == status
    if status == 200:
        assert reply.headers["etag"]
        known = http.get(f"/page/{path}", headers={"if-none-match": reply.headers["etag"]})
        assert known.status_code == 304
    else:
        assert reply.json()["refusal"]["key"] == "nothing"


def test_scripts_and_styles_are_packed(http):
    for name in ("shell.js", "style/base.css", "words/ko.json"):
        reply = http.get(f"/page/{name}", headers={"accept-encoding": "gzip"})
        assert reply.headers["content-encoding"] == "gzip"
        assert reply.content == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("options", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_moves_while_the_page_arrives(chromium, address, options):
    context = chromium.new_context(**options)
    shown = context.new_page()
    shown.add_init_script(SHIFTS)
    fonts = []
    shown.on("request", lambda request: fonts.append(request.url))
    shown.goto(address, wait_until="commit")
    shown.wait_for_selector("html[data-ready]")
    shown.wait_for_timeout(500)
    assert shown.is_hidden(".cover")
    assert shown.evaluate("shift") <= 0.1
    assert not [url for url in fonts if re.search(r"\.woff|fonts", url)]
    ids = shown.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    ids = [name for name in ids if name]  # Gradio's own elements have empty ones
    assert len(ids) == len(set(ids))
    draw(shown, DIGITS["7"])
    assert answer(shown, 1)["label"] == "7"
    context.close()


@pytest.mark.parametrize("lost", ["**/page/shell.js", "**/assets/index-*.js"])
def test_a_page_that_does_not_arrive_says_so(chromium, address, lost):
    context = chromium.new_context()
    shown = context.new_page()
    shown.route(lost, lambda route: route.abort())
    shown.goto(address)
    shown.wait_for_selector(".cover .broken button", state="visible")
    shown.unroute(lost)
    shown.click(".cover .broken button")
    shown.wait_for_selector("html[data-ready]")
    context.close()


LATE = {  # style that comes with a tab -> what all of it must lie within
    "upload/upload.css": r"#panel-upload",
    "labs/labs.css": r"(\.dark )?(\.lab|#panel-inside)",
    "labs/learning.css": r"(\.dark )?\.learning",
    "why/why.css": r"(\.dark )?\.reasons",
    "about/about.css": r"(\.dark )?\.about",
}


@pytest.mark.parametrize("name", LATE)
def test_the_style_of_a_tab_reaches_no_other(name):
    text = re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text(), flags=re.S)
    selectors = [found.strip() for found in re.findall(r"([^{}]+)\{", text)]
    selectors = [one for one in selectors if not re.match("@|from$|to$", one)]
    parts = [part.strip() for one in selectors for part in re.split(r",(?![^(]*\))", one)]
    assert len(parts) > 20
    assert not [part for part in parts if not re.match(rf"{LATE[name]}\b", part)]
