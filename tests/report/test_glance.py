"""A run of several tasks: the page and the Markdown open on the overview that is printed."""

import re

import pytest

from promptkit.formatting import folded
from promptkit.record.reader import open_run
from promptkit.report.charts import Charts
from promptkit.report.findings import findings_of
from promptkit.report.write import write_report
from tests.report.runs import record
from tests.report.test_page import HOSTILE, Page
from tests.studio.browser import opened, program

VOTE = "cot+self-consistency(draws=5,temperature=0.8)"
HERE = {"direct": "w" * 12, "cot": "c" * 12, VOTE: "c" * 12}
THERE = {"direct": "c" * 12, "cot": "w" * 12, VOTE: "cwwwwwwwwwwc"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    directory = tmp_path_factory.mktemp("glance") / "run"
    record(directory, HERE, task="stories")
    return record(directory, THERE, task="labels")


@pytest.fixture(scope="module")
def page(run):
    (file,) = write_report(run, output=run.parent / "page.html")
    return file


def test_the_page_opens_on_the_cells_then_the_sentences_then_the_picture_and_then_the_tables(page):
    text = Page(page.read_text("utf-8")).text()
    places = [
        text.index(words) for words in ("Accuracy in per cent", "cot is better than direct", "Difference to direct")
    ]
    assert places == sorted(places)
    assert places[-1] < text.index("items judged")


def test_a_cell_has_its_accuracy_its_sign_its_verdict_in_words_and_the_whole_comparison(page):
    source = page.read_text("utf-8")
    (cell,) = re.findall(r'<td class="worse" title="cot is worse[^>]*>0<.*', source)
    assert "▼" in cell
    assert '<span class="hidden"> ▼ worse</span>' in cell
    assert "cot is worse than direct: −100.0 points, 95 % interval" in cell


def test_each_task_is_a_link_to_its_section_which_begins_with_its_verdict(page):
    seen = Page(page.read_text("utf-8"))
    assert {"#s1", "#s2"} <= {a.get("href") for a in seen.all("a")}
    assert seen.text().count("Against direct") == 2


def test_the_picture_has_a_panel_for_each_strategy_and_its_figures_in_words(run):
    with open_run(run) as opened_run:
        found = findings_of(opened_run).glance
    wide, narrow = (Charts(width, 24).glance(found) for width in (410, 210))
    rows = wide["data"]["values"]
    assert [(row["strategy"], row["name"]) for row in rows[:3]] == [
        ("cot", "stories"),
        ("cot+self-consistency", "stories"),
        ("cot", "labels"),
    ]
    assert (wide["columns"], narrow["columns"]) == (2, 1)


def test_the_markdown_opens_on_it_too(run, tmp_path):
    (file,) = write_report(run, output=tmp_path / "r.md")
    text = file.read_text("utf-8")
    assert "| stories | 0 | 100 ▲ | 100 ▲ |\n| labels | 100 | 0 ▼ | 17 ▼ |\n| calls | 1.0 | 1.0 | 1.0 |" in text
    assert text.index("1. cot is better than direct") < text.index("## stories")


def test_a_run_of_one_task_has_no_overview(tmp_path):
    (file,) = write_report(record(tmp_path / "run"))
    assert "Accuracy in per cent" not in file.read_text("utf-8")


def test_hostile_names_make_no_element(tmp_path):
    record(tmp_path / "run", {"direct": "w" * 9, HOSTILE: "c" * 9}, task=HOSTILE, model=HOSTILE)
    (file,) = write_report(record(tmp_path / "run", {"direct": "w" * 9, HOSTILE: "c" * 9}, task="b", model=HOSTILE))
    seen = Page(file.read_text("utf-8"))
    assert seen.all("img") == []
    assert not any(name.startswith("on") for _, attributes in seen.elements for name in attributes)


def test_a_name_too_long_for_a_line_is_broken_after_a_hyphen_before_it_is_broken_in_a_word():
    assert folded("few-shot+contrastive-chain-of-thought(pairs=3)", 17) == [
        "few-shot+",
        "contrastive-",
        "chain-of-thought(",
        "pairs=3)",
    ]


@pytest.mark.skipif(program() is None, reason="needs Chromium")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_in_a_browser_the_page_is_no_wider_than_a_phone_and_no_word_is_broken(page, tmp_path, dark):
    with opened(tmp_path / "browser") as seen:
        for width in (1280, 390):
            seen.look(width, 900, dark=dark, phone=width < 1000)
            seen.open(page.as_uri())
            seen.until("document.readyState == 'complete'")
            assert seen.value("document.documentElement.scrollWidth <= innerWidth")
            assert seen.value(BROKEN) == []
            ground = seen.value("getComputedStyle(document.querySelector('td.better')).backgroundColor")
            assert ground == ("rgb(23, 53, 77)" if dark else "rgb(220, 235, 247)")
        assert seen.problems == []


# the words of names that stand on more than one line, which a range around them has more than one box for
BROKEN = """[...document.querySelectorAll('bdi.name')].flatMap(name => [...name.childNodes].flatMap(node => {
  const text = node.textContent, found = [];
  for (const word of text.matchAll(/[A-Za-z0-9_.=]+/g)) {
    const range = document.createRange();
    range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
    if (node.nodeType === 3 && new Set([...range.getClientRects()].map(box => box.top)).size > 1
        && getComputedStyle(name).writingMode === 'horizontal-tb') found.push(word[0]);
  }
  return found;
}))"""
