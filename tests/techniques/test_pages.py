"""docs/techniques is what facts, code and results make; `python -m benchmarks.techniques docs` writes it."""

import re
from pathlib import Path

import pytest

import promptkit
from promptkit.bench.strategies import context_of
from promptkit.specs import build
from promptkit.tasks import load_task
from promptkit.techniques.facts import Published, all_facts
from promptkit.techniques.index import pages, write_pages
from promptkit.techniques.page import fenced, page
from promptkit.wording.templates import Templates
from tests.players import Player

DOCS = Path(__file__).parents[2] / "docs" / "techniques"
FACTS = all_facts()
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_is_made(name):
    assert (DOCS / name).exists(), "write it: python -m benchmarks.techniques docs"
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name], "write it: python -m benchmarks.techniques docs"


def test_there_is_no_other_page():
    assert {file.name for file in DOCS.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", FACTS)
def test_the_python_of_a_page_runs(name, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGES[f"{name}.md"].partition("\n## How to use it\n")[2], re.DOTALL)
    reply = "1. One?\n2. Two?\nThe answer is 31.\nVerdict: correct\nBest: 1"
    monkeypatch.setattr(promptkit, "load_model", lambda name: Player([reply], name=name))
    exec(compile(code, name, "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("name", FACTS)
def test_the_specification_of_a_page_can_be_compared_on_a_shipped_task(name):
    context = context_of(load_task("stories"), None, Templates(), lambda name: Player(name=name))
    assert build(FACTS[name].spec, Player(), context)


def test_every_link_of_the_index_leads_to_a_page():
    links = re.findall(r"\]\(([^)]+)\)", PAGES["README.md"])
    assert set(links) == {f"{name}.md" for name in FACTS} | {"../fidelity.md"}


def test_a_page_has_the_exact_prompt_the_calls_the_options_and_both_kinds_of_results():
    text = page("reflect")
    assert 'Finish with one line: "Verdict: correct" or "Verdict: wrong".' in text
    assert "`1 + c + r`" in text
    assert "| `rounds` | `int` | `1` |" in text
    assert "| GSM8K | GPT-4 | 200 | one answer: 95.5 % (91.7 … 97.6) |" in text
    assert "## Measured here" in text


@pytest.mark.parametrize(
    ("checked", "cell"), [("paper", "| S, table 1 |"), ("quotation", "(*quoted*)"), (None, "(*not checked*)")]
)
def test_a_published_figure_says_whether_it_was_read_in_its_source(monkeypatch, checked, cell):
    figures = {"baseline": {"correct": 50.0}, "technique": {"correct": 57.0}}
    one = Published.model_validate({"task": "t", "model": "m", "source": "S, table 1", "checked": checked, **figures})
    known = {**FACTS, "cot": FACTS["cot"].model_copy(update={"published": [one]})}
    monkeypatch.setattr("promptkit.techniques.page.facts_of", known.__getitem__)
    (row,) = [line for line in page("cot").splitlines() if line.startswith("| t |")]
    assert cell in row


def test_what_stands_in_a_prompt_can_not_end_its_block():
    assert fenced("a\n```\nb").startswith("\n````text\n")


def test_writing_removes_the_page_of_a_technique_that_is_gone(tmp_path):
    (tmp_path / "gone.md").write_text("x")
    write_pages(tmp_path)
    assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == PAGES
