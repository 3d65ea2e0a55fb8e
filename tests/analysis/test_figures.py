"""The figures of random runs, read from their record, beside the same figures counted the plain way."""

from collections import defaultdict
from math import sqrt
from statistics import fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.analysis.summary import tally
from promptkit.outcomes import OUTCOMES, RARE, UNJUDGED, Attempt
from promptkit.record.tables import attempt_of_row, row_of_attempt
from promptkit.stats import accuracy_interval, paired_difference
from promptkit.types import Usage

KINDS = [outcome for outcome in OUTCOMES if outcome not in RARE]
PLACES = st.tuples(st.sampled_from("ab"), st.integers(0, 7), st.integers(0, 2))


@st.composite
def runs(draw):
    """Attempts of two strategies on up to eight items, up to three times; the even ones may be in clusters."""
    clustered = draw(st.booleans())
    return [
        Attempt(
            *("sums", strategy, "openai/m", str(item), draw(st.sampled_from(KINDS)), replicate),
            usage=Usage(calls=1, input_tokens=item, output_tokens=draw(st.integers(0, 9))),
            paid=Usage(calls=replicate),
            seconds=float(item),
            cluster=f"of {item % 3}" if clustered and item % 2 == 0 else "",
        )
        for strategy, item, replicate in draw(st.lists(PLACES, min_size=1, unique=True))
    ]


def scores(attempts):
    """By strategy and item, in the order they first appear in the run."""
    found = defaultdict(dict)
    for item in dict.fromkeys(attempt.item for attempt in attempts):
        for one in attempts:
            if one.item == item and one.outcome not in UNJUDGED:
                found[one.strategy].setdefault(item, []).append(float(one.outcome == "correct"))
    return found


def clusters(attempts, strategy, items):
    named = {a.item: a.cluster for a in attempts if a.strategy == strategy and a.cluster}
    return [named.get(item, f"item {item}") for item in items] if named else None


@given(runs())
def test_a_row_has_the_figures_of_a_plain_count(attempts):
    found = scores(attempts)
    for row in tally(map(attempt_of_row, map(row_of_attempt, attempts))).summary().rows:
        own, drawn = [a for a in attempts if a.strategy == row.strategy], found[row.strategy]
        assert (row.n, row.items) == (len(drawn), len({a.item for a in own}))
        assert [getattr(row, o) for o in KINDS] == [sum(a.outcome == o for a in own) for o in KINDS]
        assert row.output_tokens == sum(a.usage.output_tokens for a in own)
        assert (row.calls, row.calls_paid) == (len(own), sum(a.paid.calls for a in own))
        if drawn:
            means = [fmean(of_item) for of_item in drawn.values()]
            interval = accuracy_interval(means, clusters=clusters(attempts, row.strategy, drawn))
            assert (row.accuracy, row.low, row.high) == pytest.approx((fmean(means), interval.low, interval.high))
            assert row.seconds == pytest.approx(fmean(a.seconds for a in own if a.outcome not in UNJUDGED))


@given(runs())
def test_repetitions_have_the_standard_error_of_a_plain_count(attempts):
    found = scores(attempts)
    for row in tally(attempts).summary().rows:
        drawn = list(found[row.strategy].values())
        if len(drawn) < 2 or min(map(len, drawn)) < 2:
            assert row.error_from_sampling is None
            continue
        within = fmean(variance(of_item) / len(of_item) for of_item in drawn) / len(drawn)
        between = variance(map(fmean, drawn)) / len(drawn)
        assert row.error_from_sampling == pytest.approx(sqrt(within))
        assert row.error_from_items**2 == pytest.approx(max(0.0, between - within), abs=1e-12)


@given(runs())
def test_a_comparison_has_the_figures_of_a_plain_count(attempts):
    found = scores(attempts)
    for pair in tally(attempts).summary().comparisons:
        ours, theirs = found[pair.strategy], found[pair.baseline]
        shared = [item for item in ours if item in theirs]
        means = [[fmean(of[item]) for item in shared] for of in (theirs, ours)]
        plain = paired_difference(*means, clusters=clusters(attempts, pair.strategy, shared))
        assert (pair.n, pair.gained, pair.lost) == (len(shared), plain.gained, plain.lost)
        assert (pair.difference, pair.low, pair.high, pair.p) == pytest.approx(
            (plain.difference, plain.low, plain.high, plain.p)
        )
