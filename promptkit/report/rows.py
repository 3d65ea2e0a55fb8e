"""A run as flat rows, one an attempt: for data frames and spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache

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


def attempt_rows(run: Run) -> Iterator[dict[str, Cell]]:
    """One row an attempt, in the order of the items; the keys are `COLUMNS`.

    `cost_usd` and the counts are those of the strategy alone, the paid ones what this run paid; an unknown price is
    `None`. `reason` is the headline grader's, and `grades` the scores of all graders as a JSON object. `reply` is the
    text that the strategy answered with, `None` where no single call wrote it.
    """
    priced = lru_cache(_PRICES)(cost_usd)
    for asked in run.item_attempts():
        replies = run.texts(attempt.reply for attempt in asked.attempts)
        for attempt in asked.attempts:
            yield _row(asked, attempt, replies.get(attempt.reply), priced)


def _row(asked: ItemAttempts, attempt: Attempt, reply: str | None, priced: Priced) -> dict[str, Cell]:
    texts = {name: getattr(attempt, name, None) for name in TEXTS}
    texts |= {"question": asked.question, "target": asked.target, "reply": reply}
    texts["fallbacks"] = "; ".join(attempt.fallbacks)
    texts["reason"] = attempt.grades[0].reason if attempt.grades else None
    given = {grade.metric: grade.score for grade in attempt.grades}
    texts["grades"] = json.dumps(given, ensure_ascii=False) if given else None
    return {
        **{name: None if value is None else plain(value) for name, value in texts.items()},
        "replicate": attempt.replicate,
        **{name: getattr(attempt.usage, name) for name in TOKENS},
        **{f"paid_{name}": getattr(attempt.paid, name) for name in TOKENS},
        "score": attempt.score,
        "cost_usd": priced(attempt.model, attempt.usage),
        "paid_usd": priced(attempt.model, attempt.paid),
        "seconds": attempt.seconds,
    }
