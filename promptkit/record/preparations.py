"""What was asked before the first item, so that a strategy has examples to show: a table of a run's record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter

from promptkit.formatting import counted, dollars, inline
from promptkit.outcomes import Group
from promptkit.prices import cost_usd
from promptkit.types import Example, Usage

TABLE = """
CREATE TABLE IF NOT EXISTS preparations (
    task TEXT NOT NULL, strategy TEXT NOT NULL, model TEXT NOT NULL, wanted INTEGER NOT NULL, asked INTEGER NOT NULL,
    answered_right INTEGER NOT NULL, usage TEXT NOT NULL, paid TEXT NOT NULL, calls TEXT NOT NULL,
    examples TEXT NOT NULL, refused TEXT NOT NULL DEFAULT '[]', ended TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (task, strategy, model)
);
"""
COLUMNS = (
    *("task", "strategy", "model", "wanted", "asked", "answered_right", "usage", "paid", "calls", "examples"),
    *("refused", "ended"),
)
_EXAMPLES = TypeAdapter(tuple[Example, ...])
_CALLS = TypeAdapter(tuple[tuple[str, str], ...])
_QUESTIONS = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Preparation:
    """Examples that were made for a strategy of the model's own right replies to train questions, once a run.

    Attributes:
        wanted: how many examples were; `asked`: how many train questions; `right`: how many were answered right.
        usage: what that took, as if the strategy had run alone; `paid`: without calls that an earlier one had made.
        calls: their steps and keys, as an attempt has them.
        examples: what was made, in the order in which it is shown.
        refused: the train questions that the model refused, which are left out also when the run is resumed.
        ended: why there are no examples, so that the strategy was not run; else empty.
    """

    task: str
    strategy: str
    model: str
    wanted: int
    asked: int
    right: int
    usage: Usage
    paid: Usage
    calls: tuple[tuple[str, str], ...]
    examples: tuple[Example, ...]
    refused: tuple[str, ...] = ()
    ended: str = ""

    @property
    def group(self) -> Group:
        """Its task, strategy and model."""
        return Group(self.task, self.strategy, self.model)

    def to_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        return {
            **self.group._asdict(),
            "examples": len(self.examples),
            "wanted": self.wanted,
            "asked": self.asked,
            "right": self.right,
            "refused": len(self.refused),
            "ended": self.ended,
            "calls": self.usage.calls,
            "calls_paid": self.paid.calls,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "reasoning_tokens": self.usage.reasoning_tokens,
            "cost_usd": cost_usd(self.model, self.usage),
        }

    def sentence(self) -> str:
        """It in words: what comes on top of what the strategy's attempts cost, or why there are none."""
        if self.ended:
            before = f"; {counted(self.usage.calls, 'call')} before that" if self.usage.calls else ""
            return f"{inline(self.strategy)} was not run: {inline(self.ended)}{before}."
        usage, made, cost = self.usage, len(self.examples), cost_usd(self.model, self.usage)
        tokens = f"{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"
        price = f", {dollars(cost)}" if cost else ""
        few = f" ({self.wanted:,} were wanted, and no train row is left)" if made < self.wanted else ""
        examples = counted(made, "example")
        were = "was" if self.right == 1 else "were"
        refused = f" and {len(self.refused):,} refused" if self.refused else ""
        shared = usage.calls - self.paid.calls
        others = f"; {shared:,} of the calls are shared with a strategy before it" if shared else ""
        return (
            f"{inline(self.strategy)}: +{counted(usage.calls, 'call')} once ({tokens}{price}), for {examples}{few} "
            f"from {self.asked:,} train questions, of which {self.right:,} {were} answered right{refused}{others}."
        )


def keep_preparation(connection: sqlite3.Connection, made: Preparation) -> None:
    """Write it, in the place of an earlier one of the same task, strategy and model."""
    lists = json.dumps(made.calls), _EXAMPLES.dump_json(made.examples, exclude_none=True).decode()
    counts = made.wanted, made.asked, made.right
    used = made.usage.model_dump_json(), made.paid.model_dump_json()
    row = (*made.group, *counts, *used, *lists, json.dumps(made.refused, ensure_ascii=False), made.ended)
    columns, places = ", ".join(COLUMNS), ", ".join("?" * len(COLUMNS))
    connection.execute(f"INSERT OR REPLACE INTO preparations ({columns}) VALUES ({places})", row)  # noqa: S608


def recorded_preparations(connection: sqlite3.Connection) -> Iterator[Preparation]:
    """All of them; nothing from a run that was recorded before there were any.

    Raises:
        ValueError: a row was not written by promptkit.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'preparations'").fetchone():
        return
    for row in connection.execute("SELECT * FROM preparations ORDER BY rowid"):
        task, strategy, model, wanted, asked, right, usage, paid, calls, examples, *later = row
        refused, ended = later or ("[]", "")
        yield Preparation(
            *(str(task), str(strategy), str(model)),
            *(int(wanted), int(asked), int(right)),
            *(Usage.model_validate_json(usage), Usage.model_validate_json(paid)),
            _CALLS.validate_json(calls),
            _EXAMPLES.validate_json(examples),
            _QUESTIONS.validate_json(refused),
            str(ended),
        )
