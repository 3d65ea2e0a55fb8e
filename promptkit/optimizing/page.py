"""The page of an optimisation: its candidates with their scores, calls and differences, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptkit.analysis.wordings import WordingDifference, compared_lines
from promptkit.formatting import inline, percent, plain, points, span
from promptkit.optimizing.candidates import Candidate
from promptkit.optimizing.result import Optimized
from promptkit.report.markdown import escaped


def page(result: Optimized) -> str:
    """The page. What models wrote stands in it as text, and changes none of its form."""
    return "\n".join(plain(line) for line in _lines(result)) + "\n"


def differences(result: Optimized, candidate: Candidate) -> Iterator[WordingDifference]:
    """How the components of a candidate differ from the original."""
    original = result.candidates[0].texts
    for name, text in candidate.texts.items():
        if text != original[name]:
            lines = compared_lines(original[name], text)
            yield WordingDifference(f"candidate {candidate.number}", "the original", name, lines)


def fate_of(candidate: Candidate) -> str:
    """What became of it, with why."""
    return f"{candidate.fate}: {'; '.join(candidate.notes)}" if candidate.notes else candidate.fate


def train_of(candidate: Candidate) -> str:
    """Right answers of its parent and its own on some train items."""
    if candidate.train is None:
        return ""
    before, after, items = candidate.train
    return f"{before:g} → {after:g} of {items}"


def _lines(result: Optimized) -> Iterator[str]:
    train, validation, held_out = result.sizes
    yield f"# {escaped(result.strategy)} on {escaped(result.task)}, optimised"
    yield ""
    yield f"**{escaped(result.verdict)}**"
    yield ""
    yield f"- asked: {escaped(result.model)}; wordings proposed by {escaped(result.reflection_model)}"
    yield f"- items: {train} to train, {validation} to validate, {held_out} held out; no two sets share a question"
    yield f"- requests: {result.requests:,} sent, of at most {result.max_calls:,}"
    yield f"- search: {escaped(result.ended or 'not ended')}" + (
        f"; {escaped(result.stopped)}" if result.stopped else ""
    )
    if result.use:
        yield f"- {'use it' if result.gain else 'to try it all the same'}: {_code(result.use)}"
    yield from _proof(result)
    yield from ("", "## Candidates", "")
    yield "Scores on train and validation items are what the search went by; the best of many is flattered by them."
    yield ""
    yield "| candidate | made of | changed | train items | validation | requests so far | what became of it |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in result.candidates:
        mark = " (best)" if one.number == result.best.number else ""
        parent = "" if one.parent is None else str(one.parent)
        cells = (
            f"{one.number}{mark}",
            parent,
            one.changed,
            train_of(one),
            percent(one.validation),
            f"{one.requests:,}",
        )
        yield f"| {' | '.join(map(escaped, (*cells, fate_of(one))))} |"
    for one in result.candidates[1:]:
        for found in differences(result, one):
            yield from ("", f"### Candidate {one.number}, {escaped(found.step)}", "", *_fenced(found.text))


def _proof(result: Optimized) -> Iterator[str]:
    if result.proof is None:
        return
    yield from ("", f"## The proof, on {result.sizes[2]} held-out items", "")
    yield "| strategy | right | 95 % interval | tokens in an item | difference |"
    yield "| --- | --- | --- | --- | --- |"
    for row in result.proof.rows:
        tokens = (row.input_tokens + row.output_tokens) / max(1, row.attempts)
        found = next((c for c in result.proof.comparisons if c.group == row.group), None)
        between = "" if row.low is None or row.high is None else f"{100 * row.low:.1f} … {100 * row.high:.1f}"
        difference = f"{points(found.difference)} ({span(found.low, found.high)})" if found else ""
        yield f"| {' | '.join((escaped(row.strategy), percent(row.accuracy), between, f'{tokens:,.1f}', difference))} |"


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence} {inline(text)} {fence}" if len(fence) > 1 else f"`{inline(text)}`"


def _fenced(text: str) -> list[str]:
    fence = "`" * (1 + max(2, *(len(run) for run in re.findall("`+", text)), 0))
    return [f"{fence}diff", text, fence]
