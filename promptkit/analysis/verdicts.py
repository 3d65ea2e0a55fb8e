"""What a task's rows and comparisons come to, in plain sentences. That of one comparison is `Comparison.sentence`."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.analysis.comparison import Comparison
from promptkit.analysis.summary import Row
from promptkit.formatting import inline, interval, joined, p_equals, percent, points
from promptkit.record.preparations import Preparation

SIGNS = {"better": "▲", "worse": "▼", "equivalent": "≈", "not_enough_data": "?"}
WORDS = {
    "better": f"{SIGNS['better']} better",
    "worse": f"{SIGNS['worse']} worse",
    "equivalent": f"{SIGNS['equivalent']} no larger difference",
    "not_enough_data": f"{SIGNS['not_enough_data']} not enough data",
}
LEGEND = {  # of signs that stand alone, with the name of the baseline
    "better": "better than {}",
    "worse": "worse",
    "equivalent": "no difference that matters",
    "not_enough_data": "not enough data",
}


_NAMED = 3  # of many; the others are counted


def measure(rows: Iterable[Row]) -> str:
    """What the mean over items is called: accuracy, unless a grader gave scores between 0 and 1."""
    return "mean score" if any(row.partial for row in rows) else "accuracy"


def worth(row: Row) -> str:
    """The accuracy of a strategy in words: `23.3 % right`."""
    return f"mean score {percent(row.accuracy)}" if row.partial else f"{percent(row.accuracy)} right"


def task_sentence(baseline: str, rows: Iterable[Row], comparisons: Iterable[Comparison]) -> str:
    """What was found on a task: who is better and worse than the baseline, who is alike, and who is not decided."""
    compared, listed = list(comparisons), list(rows)
    base = next((row for row in listed if row.strategy == baseline), listed[0])
    if not compared:
        sure = f"95 % interval {interval(base.low, base.high)}"
        return f"Only {inline(base.strategy)} was tried: {worth(base)}, {sure}."
    parts = [_against(compared, "better"), _against(compared, "worse"), _alike(compared), _undecided(compared)]
    found = "; ".join(part for part in parts if part)
    return f"Against {inline(base.strategy)} ({worth(base)}): {found}."


def gaps(*, attempts: int, errors: int, items: int, planned: int) -> str:
    """What is missing in a run: failed attempts, and items that were not tried; empty when it is complete."""
    untried = planned - items
    failed = f"{errors:,} of {attempts:,} attempts failed; they count as error, never as wrong."
    left = f"{untried:,} of {planned:,} items were not tried."
    return " ".join([*([failed] if errors else []), *([left] if untried > 0 else [])])


def warnings(rows: Iterable[Row], comparisons: Iterable[Comparison]) -> list[str]:
    """What could overturn a verdict."""
    fragile = [inline(c.strategy) for c in comparisons if c.fragile]
    unreadable = f"Replies without a readable answer could decide the verdict on {joined(fragile)}"
    listed = list(rows)
    bounds = [bounds_of(row) for row in listed if row.worst != row.best]
    return [
        *([f"{unreadable}: look at those first."] if fragile else []),
        *[beside_of(row) for row in listed if row.beside],
        *[sentence for row in listed for sentence in fallbacks_of(row)],
        *[not_graded_of(row) for row in listed if row.ungraded],
        *([f"Some attempts could not be judged: {joined(bounds)}."] if bounds else []),
    ]


def cautions(rows: Iterable[Row], pairs: Iterable[Comparison]) -> list[str]:
    """The same for many tasks at one glance: how much there is of each kind, and where it is first."""
    listed = list(rows)
    fragile = [f"{inline(c.strategy)} on {inline(c.task)}" for c in pairs if c.fragile]
    failed = [row for row in listed if row.worst != row.best]
    other = [row for row in listed if 2 * max(row.fallbacks.values(), default=0) > row.attempts]
    counted = sum(row.attempts - row.judged_attempts for row in failed)
    return [
        *([f"Unreadable replies could decide the verdict on {_first_of(fragile)}: check those."] if fragile else []),
        *([f"{counted:,} attempts could not be judged: {_first_of(list(map(_of, failed)))}."] if failed else []),
        *(
            [
                "In most attempts the fallback was used, so that the score is mostly the fallback's: "
                f"{_first_of(list(map(_of, other)))}."
            ]
            if other
            else []
        ),
    ]


def _of(row: Row) -> str:
    return f"{inline(row.strategy)} on {inline(row.task)}"


def _first_of(names: list[str]) -> str:
    return joined(names) if len(names) <= _NAMED else f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def beside_of(row: Row) -> str:
    """How many replies of a strategy are not right although they hold the target: check those."""
    replies = "1 reply holds" if row.beside == 1 else f"{row.beside:,} replies hold"
    return f"{inline(row.strategy)}: {replies} the target without being counted as right; check those."


def not_graded_of(row: Row) -> str:
    """How many replies were not graded, and why the first was not."""
    replies = "1 reply was" if row.ungraded == 1 else f"{row.ungraded:,} replies were"
    return f"{inline(row.strategy)}: {replies} not graded: {inline(row.not_graded)}."


def fallbacks_of(row: Row) -> list[str]:
    """In how many attempts a strategy did something other than what it is for; a sentence each."""
    return [
        f"{inline(row.strategy)}: {count:,} of {row.attempts:,} {inline(fallback)}."
        for fallback, count in row.fallbacks.items()
    ]


def prepared_of(prepared: Iterable[Preparation]) -> list[str]:
    """What was asked before the first item, for strategies whose examples the run made; a line each."""
    listed = list(prepared)
    several = len({made.model for made in listed}) > 1
    names = (f"{inline(made.task)}, {inline(made.model)}" if several else inline(made.task) for made in listed)
    return [f"{name}: {made.sentence()}" for name, made in zip(names, listed, strict=True)]


def bounds_of(row: Row) -> str:
    """The accuracy of a strategy some of whose attempts could not be judged, whatever those would have been."""
    return f"{inline(row.strategy)} lies between {percent(row.worst)} and {percent(row.best)}"


def explained(pair: Comparison) -> str:
    """A comparison's verdict for a table: the word, and what makes it usable."""
    word = WORDS[pair.verdict]
    if pair.verdict == "equivalent":
        return f"{word} than {points(pair.largest_difference, sign=False)}"
    if pair.verdict == "not_enough_data" and pair.is_near:
        return f"{word} ({p_equals(pair.p_holm)} adjusted)"
    return f"{word} (about {pair.items_needed:,} items would be enough)" if pair.items_needed else word


def _against(comparisons: list[Comparison], verdict: str) -> str:
    pairs = _those(comparisons, verdict)
    named = joined([f"{inline(c.strategy)} ({points(c.difference)} points)" for c in pairs])
    return f"{named} {'is' if len(pairs) == 1 else 'are'} {verdict}" if pairs else ""


def _alike(comparisons: list[Comparison]) -> str:
    pairs = _those(comparisons, "equivalent")
    most = max((c.largest_difference for c in pairs), default=0.0)
    named = joined([inline(c.strategy) for c in pairs])
    differ = "differs" if len(pairs) == 1 else "differ"
    return f"{named} {differ} by no more than {points(most, sign=False)} points" if pairs else ""


def _undecided(comparisons: list[Comparison]) -> str:
    pairs = _those(comparisons, "not_enough_data")
    needed = sorted(c.items_needed for c in pairs if c.items_needed)
    enough = " to ".join(dict.fromkeys(f"{n:,}" for n in (needed[0], needed[-1]))) if needed else ""
    named = joined([inline(c.strategy) for c in pairs])
    items = f" (about {enough} items would be enough)" if enough else ""
    return f"not enough data for {named}{items}" if pairs else ""


def _those(comparisons: list[Comparison], verdict: str) -> list[Comparison]:
    return [c for c in comparisons if c.verdict == verdict]
