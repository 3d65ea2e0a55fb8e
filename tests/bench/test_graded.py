"""Comparisons by graders: scores go through every figure, and failures are neither right nor wrong."""

import asyncio
import json
import sqlite3

import pytest

from promptkit import ChainOfThought, FunctionModel, Score, UsageError
from promptkit.bench import compare, read_run
from promptkit.record.reader import open_run
from promptkit.report.csv_file import write as write_csv
from promptkit.report.html import environment
from promptkit.report.html import write as write_page
from promptkit.report.transcripts import _blocks
from promptkit.stats import accuracy_interval, paired_difference, variance_components

PAIRS = [(f"Greet guest {i}.", "hello") for i in range(12)]


MODEL = FunctionModel(lambda prompt: "Hello, dear." if "step by step" in prompt.question else "Hi.", name="m")
STRATEGIES = {"cold": MODEL, "warm": ChainOfThought(MODEL)}


def polite(reply, item):
    number = int("".join(filter(str.isdigit, item.question)))
    return Score(min(1, number / 20 + 0.4 * ("dear" in reply)), f"<b>{number}</b>")


async def long(reply, item):
    await asyncio.sleep(0)
    return len(reply) > 5


def scores(extra):
    return [min(1, i / 20 + extra) for i in range(12)]


@pytest.fixture(scope="module")
def result():
    return compare(PAIRS, STRATEGIES, grader=[polite, long])


def test_rows_and_comparisons_are_those_of_the_scores(result):
    ours, theirs = scores(0.4), scores(0)
    interval, pair = accuracy_interval(ours), paired_difference(theirs, ours)
    row, comparison = result.rows[1], result.comparisons[0]
    assert row.accuracy == pytest.approx(sum(ours) / 12)
    assert (row.low, row.high) == pytest.approx((interval.low, interval.high))
    assert (comparison.difference, comparison.p) == pytest.approx((pair.difference, pair.p))
    assert (comparison.low, comparison.high) == pytest.approx((pair.low, pair.high))
    assert (comparison.gained, comparison.lost) == (12, 0)
    assert (result.rows[0].wrong, result.rows[0].partial, row.partial) == (1, 11, 12)


def test_a_further_grader_has_figures_of_its_own(result):
    assert result.metric == "polite"
    (name,) = result.metrics
    found = result.metrics[name]
    assert (name, [row.accuracy for row in found.rows]) == ("long", [0, 1])
    assert found.comparisons[0].verdict == "better"
    assert list(result.to_json()["metrics"]) == ["long"]
    assert "mean score" in str(result)
    assert "by long" in str(result)
    assert "by long" in result._repr_html_()


def test_true_and_false_give_the_figures_of_answers_that_are_read():
    graded = compare(PAIRS, STRATEGIES, grader=lambda reply, item: "dear" in reply)
    read = compare([(q, "dear") for q, _ in PAIRS], STRATEGIES, answer="contains")
    assert graded.rows == read.rows
    assert graded.comparisons == read.comparisons


def test_choices_go_by_scores(result):
    (choice,) = result.choices(margin=0.02)
    assert (choice.best, choice.chosen) == ("warm", "warm")
    assert [c.accuracy for c in choice.candidates if c.strategy == "cold"] == pytest.approx([sum(scores(0)) / 12])


def test_what_a_grader_fails_on_is_neither_right_nor_wrong_and_leaves_the_run_incomplete():
    def fails(reply, item):
        if "guest 3" in item.question:
            raise KeyError("three")
        return 7 if "guest 4" in item.question else True

    found = compare(PAIRS, STRATEGIES, grader=fails)
    row = found.rows[0]
    assert (row.n, row.correct, row.ungraded, row.accuracy) == (10, 10, 2, 1)
    assert (row.worst, row.best) == pytest.approx((10 / 12, 1))
    assert not found.complete
    assert "4 replies were not graded: fails failed with KeyError: 'three' (" in str(found)


def test_a_further_grader_that_fails_leaves_the_run_incomplete_too():
    def fails(reply, item):
        raise RuntimeError

    found = compare(PAIRS, STRATEGIES, grader=[polite, fails])
    assert not found.complete
    assert [row.ungraded for row in found.metrics["fails"].rows] == [12, 12]


def test_repeated_draws_of_an_item_are_averaged_and_split_the_doubt():
    drawn = []

    def noisy(reply, item):
        drawn.append(0.25 * (len(drawn) % 4))
        return drawn[-1]

    found = compare(
        PAIRS[:4], {"warm": STRATEGIES["warm"]}, grader=noisy, replicates=2, concurrency=1, independent=True
    )
    row = found.rows[0]
    assert row.accuracy == pytest.approx(0.375)
    by_item = {}
    for attempt in found.attempts:
        by_item.setdefault(attempt.item, []).append(attempt.score)
    parts = variance_components(list(by_item.values()))
    assert (row.error_from_items, row.error_from_sampling) == pytest.approx((parts.items**0.5, parts.sampling**0.5))


def test_a_run_stops_when_scores_decide():
    many = [(f"Greet guest {i}.", "hello") for i in range(400)]
    found = compare(
        many, STRATEGIES, grader=lambda r, i: 0.9 if "dear" in r else 0.1, stop_when_decided=True, concurrency=2
    )
    assert found.comparisons[0].verdict == "better"
    assert found.rows[0].n < 400


def test_a_recorded_run_keeps_scores_and_reasons_and_shows_them(tmp_path):
    made = compare(PAIRS, STRATEGIES, grader=[polite, long], directory=tmp_path / "r")
    found = read_run(tmp_path / "r")
    assert (found.rows, found.comparisons, found.metric) == (made.rows, made.comparisons, "polite")
    assert {name: of.rows for name, of in found.metrics.items()} == {name: of.rows for name, of in made.metrics.items()}
    (kept,) = (
        sqlite3.connect(tmp_path / "r" / "run.sqlite")
        .execute("SELECT grades FROM attempts WHERE item = '3' AND strategy = 'warm'")
        .fetchone()
    )
    assert json.loads(kept) == [["polite", 0.5, "<b>2</b>", ""], ["long", 1.0, "", ""]]
    with open_run(tmp_path / "r") as run:
        write_page(run, tmp_path / "page.html")
        write_csv(run, tmp_path / "rows.csv")
        html = "".join(html for _, html in _blocks(run, environment()))
    assert "<bdi>polite</bdi>: <b>0.5</b>: <bdi>&lt;b&gt;2&lt;/b&gt;</bdi>" in html
    page = (tmp_path / "page.html").read_text()
    assert "graded by <bdi>long</bdi>" in page
    assert "<b>2</b>" not in page
    assert "0.5,,," in (tmp_path / "rows.csv").read_text(encoding="utf-8-sig")


def test_a_run_goes_on_with_the_same_grader_and_refuses_another(tmp_path):
    made = compare(PAIRS, STRATEGIES, grader=polite, directory=tmp_path)
    again = compare(PAIRS, STRATEGIES, grader=polite, directory=tmp_path)
    assert again.rows == made.rows
    with pytest.raises(UsageError, match="`grader` polite, not long"):
        compare(PAIRS, STRATEGIES, grader=long, directory=tmp_path)


def test_thinking_is_not_shown_to_a_grader():
    seen = set()
    thinks = FunctionModel(lambda _: "<think>dear me</think>Hello.", name="m")
    compare(PAIRS[:1], {"thinks": thinks}, grader=lambda reply, item: not seen.add(reply))
    assert seen == {"Hello."}
