"""A run recorded before columns' attributes were renamed shows the figures that the promptkit of then showed."""

from dataclasses import replace

import pytest

from promptkit.analysis.curve import curves, draws_in_run
from promptkit.analysis.reflection import reflections
from promptkit.analysis.rescore import audit, rejudge_run
from promptkit.analysis.summary import tally
from promptkit.record.reader import open_run, read_configuration
from promptkit.record.writer import RunWriter
from tests.record.runs import old_run

VOTE = "cot+self-consistency(draws=3,temperature=0.8)"


@pytest.fixture
def run(tmp_path):
    with open_run(old_run(tmp_path / "run")) as opened:
        yield opened


def test_its_rows(run):
    rows = tally(run.attempts()).summary().rows
    assert [(r.strategy, r.n, r.correct, r.wrong, r.unparsed, r.calls, r.calls_paid) for r in rows] == [
        ("direct", 8, 1, 7, 0, 8, 8),
        ("cot", 8, 2, 0, 6, 8, 8),
        ("cot+reflect", 8, 5, 0, 3, 22, 14),
        (VOTE, 8, 4, 0, 4, 24, 24),
    ]
    assert [(r.input_tokens, r.output_tokens) for r in rows[:3]] == [(798, 56), (878, 358), (4141, 1322)]
    assert rows[0].seconds == pytest.approx(0.007400462625010817)
    assert (rows[0].low, rows[0].high) == pytest.approx((0.022417491450056726, 0.4708881822128534))


def test_its_choice(run):
    (choice,) = tally(run.attempts()).choices(0.1)
    assert (choice.unit, choice.best, choice.chosen) == ("tokens", "cot+reflect", "cot+reflect")
    assert [(c.strategy, c.cost * 8) for c in choice.candidates] == [
        *(("direct", 854), ("cot", 1236), (VOTE, 3803), ("cot+reflect", 5463))
    ]
    assert [(c.behind, c.low, c.high) for c in choice.candidates[:1]] == [
        (0.5, pytest.approx(-0.04218967078557512), pytest.approx(0.8006076265348838))
    ]


def test_its_reflection(run):
    (found,) = reflections(run, tally(run.attempts()))
    (one,) = found.rounds
    assert (one.answers, one.right_before, one.fixed, one.broken) == (8, 2, 3, 0)
    assert (one.accepted_right, one.accepted_wrong, one.p) == (2, 0, pytest.approx(0.25))
    (vote,) = found.equal_calls
    assert (vote.voter, vote.calls, vote.draws, vote.reflection, vote.vote) == (VOTE, 2.75, 3, 0.625, 0.4375)


def test_its_curve(run):
    (curve,) = curves(draws_in_run(run))
    assert (curve.strategy, curve.items) == (VOTE, 8)
    assert [p.accuracy for p in curve.points] == pytest.approx([0.25, 0.3958333333333333, 0.4375])


def test_its_replies_judged_again(run):
    found = audit(rejudge_run(run))
    assert found.total == 28
    assert [(r.strategy, r.correct, r.wrong, r.unparsed) for r in found.summaries["strict"].rows[:3]] == [
        *(("direct", 1, 7, 0), ("cot", 2, 0, 6), ("cot+reflect", 5, 0, 3))
    ]


def test_its_attempts_name_the_rule_that_found_their_answer(run):
    first = next(run.attempts())
    assert (first.task, first.strategy, first.replicate) == ("compare", "direct", 0)
    assert first.rule


def test_its_attempts_fell_back_to_nothing_that_is_known(run):
    assert {attempt.fallbacks for attempt in run.attempts()} == {()}


def test_it_keeps_what_newer_attempts_fell_back_to(tmp_path):
    directory = old_run(tmp_path / "run")
    with open_run(directory) as run:
        first, *others = run.attempts()
    record = RunWriter(directory)
    record.begin(read_configuration(directory))
    record.add(replace(first, fallbacks=("kept the answer: the verdict could not be read",)))
    record.close()
    with open_run(directory) as run:
        again, *unchanged = run.attempts()
    assert (again.fallbacks, unchanged) == (("kept the answer: the verdict could not be read",), others)
