import base64
import hashlib
import io
import json
import re
import struct
import sys
import zlib
from html.parser import HTMLParser

import pytest

from promptkit import ChainOfThought, FunctionModel, Image
from promptkit.bench import Item, Task, compare
from promptkit.report import transcripts
from promptkit.report.write import write_report
from tests.pictures import picture
from tests.report.runs import record

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}{% raw %}<!--"
    "]]>&amp;\u202egnp\u202c\x00\x1b[31m \u200f'\"`|"
)
PLAIN = HOSTILE.replace("\x00", "␀").replace("\x1b", "␛")
LINE = " ".join(re.sub("[\u202c\u202e\u200f]", "", PLAIN).split())


UNREADABLE = {"script", "style"}


class Page(HTMLParser):
    """What a browser makes of the page: elements with their attributes, and text by element."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.texts, self._open, self._said = [], {}, [], []
        self.source = source
        self.feed(source.replace("<wbr>", ""))  # where a name may be broken; nothing is shown for it

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        self.texts.setdefault(inside, []).append(data)
        if inside not in UNREADABLE:
            self._said.append(data)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self):
        """What is shown, in the order of the page."""
        return " ".join(" ".join(self._said).split())

    @property
    def data(self):
        return json.loads(next(t for t in self.texts["script"] if t.startswith("{")))

    def transcripts(self):
        """The packed blocks, unpacked."""
        packed = [t for t in self.texts["script"] if re.fullmatch("[A-Za-z0-9+/=]+", t)]
        return Page("".join(zlib.decompress(base64.b64decode(block)).decode() for block in packed))


def page_of(run, **more):
    (written, *_) = write_report(run, **more)
    return Page(written.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Of a run of three strategies on five items."""
    return page_of(record(tmp_path_factory.mktemp("page") / "run"))


def test_the_verdict_stands_above_everything_else(page):
    verdict = "Against direct (40.0 % right): not enough data for cot and cot+reflect"
    assert page.text().index(verdict) < page.text().index("95 % intervals")


def test_every_strategy_has_its_result_its_outcomes_and_its_cost(page):
    assert "1 direct 5 40.0 % 11.8 … 76.9 baseline" in page.text()
    assert "2 cot 5 60.0 % 23.1 … 88.2 +20.0" in page.text()
    assert "2 cot 3 1 1 0 0 0 0" in page.text()
    assert "2 cot 5 5 100 120 unknown unknown 1.50" in page.text()


def test_reflection_is_told_with_its_flips_in_both_directions(page):
    assert "3 cot+reflect 2 cot 5 1 1 1.0000" in page.text()


def test_every_chart_is_a_drawing_with_its_numbers_in_words(page):
    described = [a["aria-label"] for a in page.all("div") if a.get("role") == "img"]
    assert len(described) == 4
    assert len(page.all("svg")) == 2 * len(described)  # one for wide and one for narrow screens
    assert "direct: 40.0 % (11.8 … 76.9)" in described[0]
    assert "direct: 40.0 % at 68.0 tokens an answer" in described[2]


def test_the_matrix_has_every_item_with_every_outcome(page):
    (section,) = page.data["sections"]
    assert section["strategies"] == ["direct", "cot", "cot+reflect"]
    assert [row[3] for row in section["rows"]] == ["c,c,w", "w,c,c", "w,c,c", "c,u,c", "w,w,w"]
    assert section["rows"][2][1:3] == ["item-2", "At first Ann has 3 pens. She buys 4 more. How many? (2)"]


def test_every_transcript_is_in_the_page(page):
    inside = page.transcripts()
    assert [a["id"] for a in inside.all("article")] == ["i0", "i1", "i2", "i3", "i4"]
    assert len([a for a in inside.all("details") if a.get("class") == "attempt"]) == 15
    text = inside.text()
    assert text.count("3 + 4 = 7. The answer is 7.") == 15
    assert text.count("As cot+reflect.") == 5
    assert text.count("Call 1 of 1 · draft · the reply that counts") == 15
    assert text.count(", found by: answer is") == 14


def test_an_item_without_a_target_has_no_right_answer_on_the_page(make_run, tmp_path):
    assert "Right answer: 7" in page_of(make_run()).transcripts().text()
    assert "Right answer" not in page_of(record(tmp_path / "open", target="")).transcripts().text()


def test_too_many_transcripts_stand_in_pages_beside_the_page(make_run, monkeypatch, tmp_path):
    monkeypatch.setattr(transcripts, "BLOCK", 1)
    monkeypatch.setattr(transcripts, "PACKED", 1000)
    page_file, folder = write_report(make_run(), output=tmp_path / "my report.html")
    data = Page(page_file.read_text()).data
    assert data["starts"] == [0, 1, 2, 3, 4]
    assert data["pages"][4] == "my%20report.transcripts/0005.html"
    last = Page((folder / "0005.html").read_text())
    assert [a["id"] for a in last.all("article")] == ["i4"]
    assert "3 + 4 = 7" in last.text()
    assert last.all("script") == []
    assert "so they are in 5 pages" in Page(page_file.read_text()).text()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    run = record(
        tmp_path_factory.mktemp("hostile") / "run",
        {"direct": "cwe", HOSTILE: "wcc", "cot": "uuu"},
        question=HOSTILE,
        reply=HOSTILE,
        target=HOSTILE,
        answer=HOSTILE,
        task=HOSTILE,
        model=f"openai/{HOSTILE}",
    )
    return page_of(run)


def test_hostile_text_makes_no_element_and_no_handler(hostile):
    for shown in (hostile, hostile.transcripts()):
        assert shown.all("img") == []
        assert not any(name.startswith("on") for _, attributes in shown.elements for name in attributes)
    assert {a.get("type", "code") for a in hostile.all("script")} == {"application/json", "text/plain", "code"}
    assert [a for a in hostile.all("script") if not a] == [{}]


def test_hostile_text_is_shown_as_it_is(hostile):
    assert hostile.data["sections"][0]["strategies"][1] == PLAIN
    assert PLAIN in hostile.texts["bdi"]
    assert f"Against direct (50.0 % right): not enough data for {LINE} and cot" in hostile.text()
    assert f"\n{PLAIN}" in hostile.transcripts().texts["pre"]


def test_nothing_in_a_sentence_turns_its_direction(hostile):
    for tag in ("p", "figcaption", "text", "tspan"):
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(hostile.texts.get(tag, [])))


def test_the_page_may_run_its_own_script_and_load_nothing(page):
    source = page.source
    (policy,) = [a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    script = source[source.rindex("<script>") + len("<script>") : source.rindex("</script>")]
    style = source[source.index("<style>") + len("<style>") : source.index("</style>")]
    assert policy == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"script-src 'sha256-{digest(script)}'; style-src 'sha256-{digest(style)}'"
    )
    addresses = [v for _, attributes in page.elements for n, v in attributes.items() if n in {"src", "href", "action"}]
    assert all(address.startswith("#") for address in addresses)
    assert not any("style" in attributes for _, attributes in page.elements)


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_how_it_was_run_is_told_with_the_command_that_repeats_it(make_run):
    told = {
        "tasks": ["my tasks/pens.jsonl"],
        "model": "openai/mock",
        "strategies": "direct,self-consistency(draws=3)",
        "limit": 5,
        "max_tokens": None,
        "independent": True,
        "versions": {"promptkit": "0.0.7"},
        "templates": {"chain_of_thought/think": "sha256:beef"},
    }
    page = page_of(make_run({"direct": "c"}, configuration=told))
    assert (
        "promptkit bench 'my tasks/pens.jsonl' --model openai/mock --strategies 'direct,self-consistency(draws=3)' "
        "--limit 5 --independent"
    ) in page.text()
    assert "version of promptkit 0.0.7" in page.text()
    assert "template chain_of_thought/think sha256:beef" in page.text()


def of_images(directory, *images):
    """The transcripts of a run whose items show `images`."""
    items = [Item(str(number), "What colour?", "red", images=images) for number in range(2)]
    model = FunctionModel(lambda prompt: "The answer is red.", name="openai/mock")
    compare(Task.of(items, answer="text"), {"direct": model, "cot": ChainOfThought(model)}, directory=directory)
    return page_of(directory).transcripts()


def test_an_image_is_shown_small_once_an_item_with_its_name_as_text(tmp_path):
    pillow = pytest.importorskip("PIL.Image", reason="thumbnails need Pillow")
    image = Image(data=picture(1000, 400), name='<b>"red".png')
    page = of_images(tmp_path / "run", image, Image(url="https://example.org/cat.png"))
    sources = [attributes["src"] for attributes in page.all("img")]
    assert len(sources) == 2
    small = base64.b64decode(sources[0].removeprefix("data:image/jpeg;base64,"))
    with pillow.open(io.BytesIO(small)) as thumbnail:
        assert thumbnail.size == (160, 64)
    assert page.text().count('[image <b>"red".png, PNG,') == 2 * 3  # below the question, and in each of two prompts
    assert page.text().count("[image https://example.org/cat.png]") == 2 * 3
    assert '<b>"red' not in page.source


def test_an_image_of_more_pixels_than_memory_is_named(tmp_path):
    huge = picture().replace(struct.pack(">II", 2, 2), struct.pack(">II", 12_000, 12_000))
    ihdr = huge[12:29]
    huge = huge[:29] + struct.pack(">I", zlib.crc32(ihdr)) + huge[33:]
    page = of_images(tmp_path / "run", Image(data=huge, name="huge"))
    assert page.all("img") == []
    assert "[image huge," in page.text()


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n and no more", picture()[:40], b"\xff\xd8\xff"])
def test_an_image_that_can_not_be_opened_is_named(data, tmp_path):
    page = of_images(tmp_path / "run", Image(data=data, name="broken"))
    assert page.all("img") == []
    assert "[image broken," in page.text()


def test_without_pillow_images_are_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    page = of_images(tmp_path / "run", Image(data=picture(), name="red.png"))
    assert page.all("img") == []
    assert "[image red.png, PNG, 0.1 kB]" in page.text()


def test_wordings_that_were_compared_are_shown_with_what_differs(tmp_path):
    folder = tmp_path / "mine" / "chain_of_thought"
    folder.mkdir(parents=True)
    (folder / "think.j2").write_text("{{ question }}\n\nThink.\n")
    (folder / "think.short.j2").write_text("{{ question }}\n\n<b>Answer</b>.\n")
    compare(
        Task.of([("1 + 1?", 2)], answer="number"),
        ["cot", "cot@short"],
        model=FunctionModel(lambda _: "2", name="m"),
        template_folders=[str(tmp_path / "mine")],
        directory=tmp_path / "r",
    )
    write_report(tmp_path / "r", output=tmp_path / "r.html")
    page = Page((tmp_path / "r.html").read_text())
    assert page.texts["del"] == ["− Think."]
    assert page.texts["ins"] == ["+ <b>Answer</b>."]
    write_report(tmp_path / "r", output=tmp_path / "r.md")
    assert "    - Think.\n    + <b>Answer</b>." in (tmp_path / "r.md").read_text()
