"""The verdict on a task in one plain sentence, made from the verdicts on its comparisons."""

from __future__ import annotations

from promptkit.analysis.comparison import Comparison
from promptkit.formatting import inline, interval, joined, percent, points
from promptkit.report.findings import Findings, Section

WORDS = {
    "better": "▲ better",
    "worse": "▼ worse",
    "equivalent": "≈ no larger difference",
    "not_enough_data": "? not enough data",
}


def sentence(section: Section) -> str:
    """What was found on a task: who is better and worse than the baseline, who is alike, and who is not decided."""
    base = next((row for row in section.rows if row.strategy == section.baseline), section.rows[0])
    if not section.comparisons:
        sure = f"95 % interval {interval(base.low, base.high)}"
        return f"Only {inline(base.strategy)} was tried: {percent(base.accuracy)} right, {sure}."
    said = [
        _against(section, "better"),
        _against(section, "worse"),
        _alike(section),
        _undecided(section),
    ]
    found = "; ".join(part for part in said if part)
    return f"Against {inline(base.strategy)} ({percent(base.accuracy)} right): {found}."


def gaps(findings: Findings) -> str:
    """What is missing in the run; empty when it is complete."""
    untried = findings.planned - findings.items
    failed = f"{findings.errors:,} of {findings.attempts:,} attempts failed; they count as error, never as wrong."
    left = f"{untried:,} of {findings.planned:,} items were not tried."
    return " ".join([*([failed] if findings.errors else []), *([left] if untried > 0 else [])])


def warnings(section: Section) -> list[str]:
    """What could overturn a verdict."""
    fragile = [inline(c.strategy) for c in section.comparisons.values() if c.fragile]
    unjudged = [r for r in section.rows if r.error or r.missing]
    said = [f"Replies without a readable answer could decide the verdict on {joined(fragile)}: look at those first."]
    bounds = [f"{inline(r.strategy)} lies between {percent(r.worst)} and {percent(r.best)}" for r in unjudged]
    return [*(said if fragile else []), *([f"Some attempts could not be judged: {joined(bounds)}."] if bounds else [])]


def explained(pair: Comparison) -> str:
    """A comparison's verdict for a table: the word, and what makes it usable."""
    word = WORDS[pair.verdict]
    if pair.verdict == "equivalent":
        return f"{word} than {100 * pair.largest_difference:.1f}"
    return f"{word} (about {pair.items_needed:,} items would do)" if pair.items_needed else word


def _against(section: Section, verdict: str) -> str:
    pairs = _those(section, verdict)
    told = joined([f"{inline(c.strategy)} ({points(c.difference)} points)" for c in pairs])
    return f"{told} {'is' if len(pairs) == 1 else 'are'} {verdict}" if pairs else ""


def _alike(section: Section) -> str:
    pairs = _those(section, "equivalent")
    most = max((c.largest_difference for c in pairs), default=0.0)
    told = joined([inline(c.strategy) for c in pairs])
    return (
        f"{told} {'differs' if len(pairs) == 1 else 'differ'} by no more than {100 * most:.1f} points" if pairs else ""
    )


def _undecided(section: Section) -> str:
    pairs = _those(section, "not_enough_data")
    needed = sorted(c.items_needed for c in pairs if c.items_needed)
    enough = " to ".join(dict.fromkeys(f"{n:,}" for n in (needed[0], needed[-1]))) if needed else ""
    told = joined([inline(c.strategy) for c in pairs])
    return f"not enough data for {told}{f' (about {enough} items would do)' if enough else ''}" if pairs else ""


def _those(section: Section, verdict: str) -> list[Comparison]:
    return [c for c in section.comparisons.values() if c.verdict == verdict]
