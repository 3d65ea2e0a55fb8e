"""One run, one set of figures: commands, page, Markdown and `--json` agree."""

import re
import sqlite3
from contextlib import closing
from dataclasses import asdict

import pytest

from promptkit.analysis.summary import summarize
from promptkit.answers import AnswerType
from promptkit.bench import read_run
from promptkit.outcomes import Attempt
from promptkit.record.reader import open_run
from promptkit.record.writer import RunWriter
from promptkit.report.findings import findings_of
from promptkit.tasks import Item, Task
from promptkit.types import Usage
from tests.cli.conftest import promptkit  # noqa: F401 - a fixture
from tests.record.runs import old_run
from tests.report.test_page import Page

USED = {  # input tokens, output tokens, items right of 20: worked examples are long to read and make replies short
    "direct": (60, 10, 5),
    "cot": (70, 80, 19),
    "few-shot+cot": (450, 70, 18),
    "few-shot": (250, 12, 4),
}


@pytest.fixture
def examples_are_read(tmp_path):
    """A run in which the strategy that writes less than another one costs more than it."""
    items = tuple(Item(str(i), f"{i}?", "7") for i in range(20))
    writer = RunWriter(tmp_path / "run")
    writer.begin({"tasks": ["legs"]}, [Task("legs", AnswerType("number"), items)])
    for strategy, (read, wrote, right) in USED.items():
        used = Usage(calls=1, input_tokens=read, output_tokens=wrote)
        for i in range(20):
            outcome = "correct" if i < right else "wrong"
            writer.add(Attempt("legs", strategy, "openai/mock", str(i), outcome, usage=used, paid=used))
    writer.close()
    return tmp_path / "run"


def without(run, strategy):
    """The run, had this strategy not been in it."""
    with closing(sqlite3.connect(run / "run.sqlite")) as connection, connection:
        connection.execute("DELETE FROM attempts WHERE strategy = ?", (strategy,))
    return run


def page_of(promptkit, run):  # noqa: F811
    promptkit("report", run)
    return Page((run / "report.html").read_text(encoding="utf-8"))


def markdown_of(promptkit, run):  # noqa: F811
    promptkit("report", run, "--output", run / "r.md")
    return (run / "r.md").read_text(encoding="utf-8")


def places_on(page, unit):
    """Each strategy's price on the page's chart in `unit`, and the front as it is named there, the cheapest first."""
    described = [a["aria-label"] for a in page.all("div") if a.get("role") == "img"]
    (shown,) = [text for text in described if f"{unit} an answer" in text]
    prices = {
        name: float(price) for name, price in re.findall(rf"([\w+-]+): [\d.]+ % at ([\d.]+) {unit} an answer", shown)
    }
    caption = next(text for text in page.texts["figcaption"] if "against cost" in text)
    front = re.search("On the Pareto front: (.*?);", caption)[1]
    return prices, re.split(", | and ", front)


def test_choosing_and_the_page_rank_costs_alike_and_agree_on_the_front(promptkit, examples_are_read):  # noqa: F811
    (choice,) = promptkit("choose", examples_are_read, "--json").json["choices"]
    candidates = choice["candidates"]
    prices, front = places_on(page_of(promptkit, examples_are_read), "tokens")
    assert choice["unit"] == "tokens"
    assert {c["strategy"]: c["cost"] for c in candidates} == prices
    assert (
        [c["strategy"] for c in candidates]
        == sorted(prices, key=prices.get)
        == [*("direct", "cot", "few-shot", "few-shot+cot")]
    )
    best_so_far, expected = -1.0, []
    for candidate in candidates:
        if candidate["accuracy"] > best_so_far:
            best_so_far = candidate["accuracy"]
            expected.append(candidate["strategy"])
    assert front == expected == ["direct", "cot"]
    assert choice["chosen"] in front


def rounds_in_markdown(text):
    found = re.findall(
        r"^\| ([\w+]+) \|" + r" (\d+) \|" * 5 + r" ([\d.]+) \|" + r" (\d+) \|" * 4 + "$",
        text,
        re.MULTILINE,
    )
    return [tuple(row) for row in found]


@pytest.mark.parametrize("left_out", ["", "cot"], ids=["beside cot", "without cot"])
def test_reflection_is_the_same_on_every_page_and_in_every_command(promptkit, tmp_path, left_out):  # noqa: F811
    run = without(old_run(tmp_path / "run"), left_out)
    (told,) = promptkit("flips", run, "--json").json["reflections"]
    (one,) = told["rounds"]
    assert (one["answers"], one["right_before"], one["fixed"], one["broken"]) == (8, 2, 3, 0)
    numbers = [one[name] for name in ("number", "answers", "right_before", "fixed", "broken")]
    kept = [one[name] for name in ("accepted_right", "accepted_wrong", "unclear_right", "unclear_wrong")]
    row = [*map(str, numbers), f"{one['p']:.4f}", *map(str, kept)]
    assert rounds_in_markdown(markdown_of(promptkit, run)) == [("cot+reflect", *row)]
    assert f"cot+reflect {' '.join(row)}" in page_of(promptkit, run).text()
    terminal = promptkit("flips", run).out
    assert re.search(r"compare · cot\+reflect\s+" + r"\s+".join(map(re.escape, row[:-2])), terminal)
    if left_out:
        assert told["without"] is None
        assert "cot+reflect: not in this run" in " ".join(terminal.split())
        assert "not in this run" in page_of(promptkit, run).text()
    else:
        beside = told["without"]
        figures = [beside["strategy"], *(str(beside[k]) for k in ("n", "fixed", "broken")), f"{beside['p']:.4f}"]
        assert figures == ["cot", "8", "3", "0", "0.2500"]
        assert f"| cot+reflect | {' | '.join(figures)} |" in markdown_of(promptkit, run)
        assert re.search(r"cot\+reflect beside " + r"\s+".join(map(re.escape, figures)), terminal)


def test_reflection_stands_beside_voting_at_equal_calls_everywhere(promptkit, tmp_path):  # noqa: F811
    run = old_run(tmp_path / "run")
    sentence = (
        "compare: cot+reflect takes 2.8 calls a question and is right on 62.5 %; the majority of 3 draws of "
        "cot+self-consistency(draws=3,temperature=0.8) on 43.8 %."
    )
    (told,) = promptkit("flips", run, "--json").json["reflections"]
    assert [(e["draws"], e["reflection"], e["vote"]) for e in told["equal_calls"]] == [(3, 0.625, 0.4375)]
    for shown in (promptkit("flips", run).out, page_of(promptkit, run).text(), markdown_of(promptkit, run)):
        assert sentence in " ".join(shown.split()).replace("- ", "-")


def test_the_page_has_the_sentence_of_every_comparison_that_the_terminal_prints(promptkit, examples_are_read):  # noqa: F811
    page = page_of(promptkit, examples_are_read)
    described = next(a["aria-label"] for a in page.all("div") if "is better than" in a.get("aria-label", ""))
    with open_run(examples_are_read) as run:
        comparisons = summarize(run.attempts()).comparisons
    assert described == " ".join(pair.sentence() for pair in comparisons)


def test_a_run_that_was_stopped_when_decided_has_the_same_intervals_everywhere(promptkit, tmp_path):  # noqa: F811
    given = ("stories", "--limit", "40", "-s", "direct,few-shot,cot", "--stop-when-decided", "--run", tmp_path / "run")
    printed = promptkit("bench", *given, "--json").json["comparisons"]
    naive = summarize(open_attempts(tmp_path / "run")).comparisons
    assert all(c["low"] < of_all.low for c, of_all in zip(printed, naive, strict=True))
    assert [asdict(c) for c in read_run(tmp_path / "run").comparisons] == printed
    with open_run(tmp_path / "run") as run:
        sections = findings_of(run).sections
    assert [asdict(c) for section in sections for c in section.comparisons.values()] == printed
    assert [section.interval for section in sections] == ["97.5 % interval"]
    rescored = promptkit("rescore", tmp_path / "run", "--json").json["readings"]["lenient"]["comparisons"]
    assert rescored == printed


def open_attempts(directory):
    with open_run(directory) as run:
        return list(run.attempts())
