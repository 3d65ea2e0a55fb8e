# The four operations of the problems, and a running account with an optional slip.
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from training.world import World

OPERATIONS = "+-*/"
SLIPS = (-1, 1, -2, 2, -10, 10)


class Numbers(NamedTuple):
    """Where an account begins, what is added or taken away, how often each operation comes, and the largest value."""

    starts: range
    operands: tuple[int, ...]
    weights: tuple[int, int, int, int]
    limit: int


def small(world: World) -> Numbers:
    """Numbers that are one token each."""
    return Numbers(range(2, 31), tuple(range(2, world.operand + 1)), (4, 4, 1, 1), world.limit)


LARGE = Numbers(range(100, 900), (*range(2, 10), *range(10, 100, 10), 100, 200, 300), (1, 1, 0, 0), 999)
"""Numbers of three digits, each a token; what is added or taken away has one digit that is not 0."""


class Said(NamedTuple):
    """How a language writes a step: what stands before the equation, at its end, and where nothing changes."""

    colon: str = ": "
    stop: str = "."
    nothing: str = "no change"


PLAIN = Said()


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


def pick_operation(rng: Random, value: int, numbers: Numbers) -> tuple[str, int]:
    """An operation that keeps the value a whole number from 1 to the limit."""
    while True:
        operation = rng.choices(OPERATIONS, numbers.weights)[0]
        operand = rng.choice(numbers.operands) if operation in "+-" else 2
        if operation == "/" and (value % 2 or value < 4):
            continue
        if 1 <= apply(value, operation, operand) <= numbers.limit:
            return operation, operand


def account(
    start: int, events: list[Event], slip_at: int = -1, slip: int = 0, said: Said = PLAIN
) -> tuple[list[str], list[int]]:
    """The written steps and the value after each operation; at event `slip_at` the result is off by `slip`."""
    lines, values, value = [], [], start
    for index, event in enumerate(events):
        if not event.operation:
            lines.append(f"{event.clause}{said.colon}{said.nothing}{said.stop}")
            continue
        off = slip if index == slip_at else 0
        # a wrong account must not fall below zero, where the real one never goes
        before, value = value, max(0, apply(value, event.operation, event.operand) + off)
        lines.append(f"{event.clause}{said.colon}{before}{event.operation}{event.operand}={value}{said.stop}")
        values.append(value)
    return lines, values


def slipped_account(rng: Random, start: int, events: list[Event], said: Said = PLAIN) -> tuple[list[str], int]:
    """The steps with one result off, carried to the end, and where they end."""
    at = rng.choice([index for index, event in enumerate(events) if event.operation])
    lines, values = account(start, events, at, rng.choice(SLIPS), said)
    return lines, values[-1]
