"""The items of a task in sets apart: those a search learns from, those it chooses by, and those that prove the gain."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.near_copies import near_keys
from promptkit.tasks import Item, Task
from promptkit.types import Example

TRAIN, VALIDATION, HELD_OUT = 40, 60, 200  # items, where none are asked for
_LEAST = {"train": 2, "validation": 3, "held_out": 3}
_POOL = 40  # train rows, at most, that may be shown as examples; never more than half


@dataclass(frozen=True)
class Splits:
    """Items and examples, of which no two sets have a question in common, nor a cluster.

    Attributes:
        pool: the examples that a prompt may show.
        train: what candidates are tried out on, and reflected about.
        validation: what candidates are ranked by.
        held_out: what the search never sees.
    """

    pool: tuple[Example, ...]
    train: tuple[Item, ...]
    validation: tuple[Item, ...]
    held_out: tuple[Item, ...]

    def sentence(self) -> str:
        """The sizes in words."""
        shown = f", {counted(len(self.pool), 'example')} to show" if self.pool else ""
        seen = f"{len(self.train)} train and {len(self.validation)} validation items for the search"
        return f"{seen}{shown}, {len(self.held_out)} held-out items for the proof"


@dataclass(frozen=True)
class Sizes:
    """How many items each set is to have; `None`: as many as usual, or as there are."""

    train: int | None = None
    validation: int | None = None
    held_out: int | None = None

    def or_as(self, earlier: Sequence[int | None]) -> Sizes:
        """These, and those of an `earlier` optimisation (in the same order) where none is given."""
        given = (self.train, self.validation, self.held_out)
        return Sizes(*(was if now is None else now for now, was in zip(given, earlier, strict=True)))


def split(task: Task, sizes: Sizes, *, shown: int, chooses: bool, seed: int) -> Splits:
    """The sets of `task`.

    The search gets rows of the train split first, behind those that are `shown` as examples (and up to 40 more, where
    it `chooses` examples), and then items drawn with `seed`: at most half of them, unless `sizes` want more. What is
    left, without items that share a question or a cluster with it, is held out.

    Raises:
        UsageError: there are not as many items as `sizes` want, or too few at all.
    """
    pool = max(shown, min(_POOL, len(task.train) // 2)) if chooses else shown
    shown_keys = _keys(example.question for example in task.train[:pool])
    practice = [
        replace(item, id=f"train/{item.id}")
        for item in task.practice[pool:]
        if not item.examples and shown_keys.isdisjoint(near_keys(item.question))
    ]
    drawn = list(task.items)
    random.Random(seed).shuffle(drawn)  # noqa: S311 - not for secrets
    wanted = (sizes.train or TRAIN) + (sizes.validation or VALIDATION)
    asked_for = sizes.train is not None and sizes.validation is not None
    most = len(drawn) if asked_for else len(drawn) // 2
    search = (practice + drawn[:most])[:wanted]
    train, validation = _shares(search, sizes)
    rest = _apart(drawn, [*train, *validation])
    held_out = rest[: HELD_OUT if sizes.held_out is None else sizes.held_out]
    found = Splits(task.train[:pool], tuple(train), tuple(validation), _in_order(task, held_out))
    for name, least in _LEAST.items():
        has, wanted = len(getattr(found, name)), max(least, getattr(sizes, name) or 0)
        if has < wanted:
            fact = f"task {task.name} has {len(task.items)} items and {len(task.practice)} train rows"
            raise UsageError(f"{fact}, which leaves {has} as `{name}`, not {wanted}; ask for less, or add rows")
    return found


def _shares(search: Sequence[Item], sizes: Sizes) -> tuple[Sequence[Item], Sequence[Item]]:
    """Items to learn from and to choose by: as many as wanted, and two to three where there are fewer."""
    if sizes.train is not None:
        cut = sizes.train
    elif sizes.validation is not None:
        cut = max(0, len(search) - sizes.validation)
    else:
        cut = len(search) * TRAIN // (TRAIN + VALIDATION)
    return search[:cut], search[cut:]


def _apart(items: Iterable[Item], seen: Sequence[Item]) -> list[Item]:
    """The items that share neither question, but for how it is put, nor cluster with those that are `seen`."""
    ids = {item.id for item in seen}
    questions = _keys(item.question for item in seen if not item.images)
    clusters = {item.cluster for item in seen if item.cluster}
    return [
        item
        for item in items
        if item.id not in ids
        and item.cluster not in clusters
        and (item.images or questions.isdisjoint(near_keys(item.question)))
    ]


def _keys(questions: Iterable[str]) -> set[Hashable]:
    """What near copies of these questions have in common with them."""
    return {key for question in questions for key in near_keys(question)}


def _in_order(task: Task, chosen: Iterable[Item]) -> tuple[Item, ...]:
    ids = {item.id for item in chosen}
    return tuple(item for item in task.items if item.id in ids)
