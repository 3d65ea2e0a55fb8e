"""A run as flat rows, one an attempt: for data frames and spreadsheets."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from promptkit.formatting import plain
from promptkit.outcomes import Attempt
from promptkit.prices import cost_usd
from promptkit.record.reader import ItemAttempts, Run
from promptkit.types import Usage

Cell = str | int | float | None
Priced = Callable[[str, Usage], float | None]
_PRICES = 50_000  # usages whose price is kept: looking one up takes longer than all else about a row
TEXTS = (
    "task",
    "strategy",
    "model",
    "item",
    "cluster",
    "question",
    "target",
    "outcome",
    "answer",
    "rule",
    "error",
    "reply",
    "fallbacks",
    "reason",
    "grades",
)
TOKENS = ("calls", "unmetered", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")
WHOLE = ("replicate", *TOKENS, *(f"paid_{name}" for name in TOKENS))
REAL = ("score", "cost_usd", "paid_usd", "seconds")
COLUMNS = (*TEXTS, *WHOLE, *REAL)
ONCE_TEXTS = ("task", "strategy", "model", "ended")
ONCE_WHOLE = ("wanted", "examples", "asked", "right", "refused", *WHOLE[1:])
ONCE_REAL = ("cost_usd", "paid_usd")
ONCE = (*ONCE_TEXTS, *ONCE_WHOLE, *ONCE_REAL)


def attempt_rows(run: Run) -> Iterator[dict[str, Cell]]:
    """One row an attempt, in the order of the items; the keys are `COLUMNS`.

    `cost_usd` and the counts are those of the strategy alone and asked live, the paid ones what this run paid, by
    batches at their price; an unknown price is `None`. `reason` is the headline grader's, and `grades` the scores of
    all graders as a JSON object. `reply` is the text that the strategy answered with, `None` where no single call
    wrote it.
    """
    priced = lru_cache(_PRICES)(cost_usd)
    priced_by_batch = lru_cache(_PRICES)(functools.partial(cost_usd, batch=True))
    for asked in run.item_attempts():
        replies = run.texts(attempt.reply for attempt in asked.attempts)
        for attempt in asked.attempts:
            reply, by_batch = replies.get(attempt.reply), run.by_batch(attempt)
            yield _row(asked, attempt, reply, priced, priced_by_batch, by_batch=by_batch)


def once_rows(run: Run) -> list[dict[str, Cell]]:
    """What was asked before the first item: a row for each strategy whose examples the run made, keyed by `ONCE`."""
    return [
        {
            **{name: plain(value) for name, value in made.group._asdict().items()},
            "ended": plain(made.ended),
            "wanted": made.wanted,
            "examples": len(made.examples),
            "asked": made.asked,
            "right": made.right,
            "refused": len(made.refused),
            **_used(made.usage, made.paid),
            "cost_usd": cost_usd(made.model, made.usage),
            "paid_usd": cost_usd(made.model, made.paid),
        }
        for made in run.preparations()
    ]


def beside(output: Path) -> Path:
    """The file of `once_rows` beside that of the attempts: `run.once.csv` beside `run.csv`."""
    return output.with_name(f"{output.stem}.once{output.suffix}")


def _used(usage: Usage, paid: Usage) -> dict[str, Cell]:
    return {
        **{name: getattr(usage, name) for name in TOKENS},
        **{f"paid_{name}": getattr(paid, name) for name in TOKENS},
    }


def _row(
    asked: ItemAttempts,
    attempt: Attempt,
    reply: str | None,
    priced: Priced,
    priced_by_batch: Priced,
    *,
    by_batch: bool,
) -> dict[str, Cell]:
    texts = {name: getattr(attempt, name, None) for name in TEXTS}
    texts |= {"question": asked.question, "target": asked.target, "reply": reply}
    texts["fallbacks"] = "; ".join(attempt.fallbacks)
    texts["reason"] = attempt.grades[0].reason if attempt.grades else None
    given = {grade.metric: grade.score for grade in attempt.grades}
    texts["grades"] = json.dumps(given, ensure_ascii=False) if given else None
    return {
        **{name: None if value is None else plain(value) for name, value in texts.items()},
        "replicate": attempt.replicate,
        **_used(attempt.usage, attempt.paid),
        "score": attempt.score,
        "cost_usd": priced(attempt.model, attempt.usage),
        "paid_usd": (priced_by_batch if by_batch else priced)(attempt.model, attempt.paid),
        "seconds": attempt.seconds,
    }
