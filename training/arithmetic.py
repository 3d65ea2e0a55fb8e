# The four operations of the problems, and a running account with an optional slip.
from dataclasses import dataclass
from random import Random

OPERATIONS = "+-*/"
SLIPS = (-1, 1, -2, 2, -10, 10)


@dataclass(frozen=True)
class Event:
    """A sentence that changes a number; without an operation it is a distractor."""

    sentence: str
    operation: str = ""
    operand: int = 0

    @property
    def clause(self) -> str:
        """The sentence without its full stop."""
        return self.sentence[:-1]


def apply(value: int, operation: str, operand: int) -> int:
    """The value after one operation."""
    match operation:
        case "+":
            return value + operand
        case "-":
            return value - operand
        case "*":
            return value * operand
        case _:
            return value // operand


def pick_operation(rng: Random, value: int, limit: int, largest: int) -> tuple[str, int]:
    """An operation that keeps the value a whole number from 1 to `limit`."""
    while True:
        operation = rng.choices(OPERATIONS, (4, 4, 1, 1))[0]
        operand = rng.randint(2, largest) if operation in "+-" else 2
        if operation == "/" and (value % 2 or value < 4):
            continue
        if 1 <= apply(value, operation, operand) <= limit:
            return operation, operand


def account(start: int, events: list[Event], slip_at: int = -1, slip: int = 0) -> tuple[list[str], list[int]]:
    """The written steps and the value after each operation; at event `slip_at` the result is off by `slip`."""
    lines, values, value = [], [], start
    for index, event in enumerate(events):
        if not event.operation:
            lines.append(f"{event.clause}: no change.")
            continue
        off = slip if index == slip_at else 0
        # a wrong account must not fall below zero, where the real one never goes
        before, value = value, max(0, apply(value, event.operation, event.operand) + off)
        lines.append(f"{event.clause}: {before}{event.operation}{event.operand}={value}.")
        values.append(value)
    return lines, values


def slipped_account(rng: Random, start: int, events: list[Event]) -> tuple[list[str], int]:
    """The steps with one result off, carried to the end, and where they end."""
    at = rng.choice([index for index, event in enumerate(events) if event.operation])
    lines, values = account(start, events, at, rng.choice(SLIPS))
    return lines, values[-1]
