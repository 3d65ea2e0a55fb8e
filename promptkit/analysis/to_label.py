"""Which replies a person is to label: items in a random order, every reply once, without whose it is."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptkit.answers.prose.reply import without_thinking
from promptkit.answers.targets import shown_target
from promptkit.outcomes import Attempt
from promptkit.record.labels import Place
from promptkit.record.reader import ItemAttempts, Run

ITEMS = 30  # that are labelled by default


@dataclass(frozen=True)
class ToLabel:
    """A reply to be labelled, and the attempts that came to it.

    Attributes:
        id: what tells it from others, and nothing of whose it is.
        target: as people read it (`shown_target`).
        reply: without its thinking.
    """

    id: str
    question: str
    target: str
    reply: str
    places: tuple[Place, ...]

    def known(self, labels: Mapping[Place, float]) -> float | None:
        """The label that it has already."""
        return next((labels[place] for place in self.places if place in labels), None)


def replies_to_label(run: Run, items: int = ITEMS, *, seed: int = 0) -> list[list[ToLabel]]:
    """The replies of `items` items of a run, drawn with `seed`, by item; the same again for the same seed.

    With more items the first ones are the same, so that labels are those of a random sample whenever one stops.
    """
    wanted = {name: place for place, name in enumerate(drawn_items(run, seed)[:items])}
    found = {wanted[one.task, one.item]: one for one in run.item_attempts() if (one.task, one.item) in wanted}
    return [list(_of_item(run, found[place], seed)) for place in sorted(found)]


def drawn_items(run: Run, seed: int = 0) -> list[tuple[str, str]]:
    """Task and name of every item of a run, in the random order in which they are labelled."""
    order = [(one.task, one.item) for one in run.items()]
    random.Random(seed).shuffle(order)  # noqa: S311 - not for secrets
    return order


def _of_item(run: Run, asked: ItemAttempts, seed: int) -> Iterator[ToLabel]:
    first = [attempt for attempt in asked.attempts if not attempt.replicate and attempt.score is not None]
    calls = run.calls(attempt.reply for attempt in first)
    by_text: dict[str, list[Attempt]] = {}
    for attempt in first:
        if attempt.reply in calls:
            text = without_thinking(calls[attempt.reply].text, think_tags=run.think_tags).strip()
            by_text.setdefault(text, []).append(attempt)
    texts = list(by_text)
    random.Random(f"{seed} {asked.item}").shuffle(texts)  # noqa: S311 - not for secrets
    for text in texts:
        told = "\0".join((asked.task, asked.item, text)).encode("utf-8", "replace")
        places = tuple(Place.of(attempt) for attempt in by_text[text])
        name = "r" + hashlib.sha256(told).hexdigest()[:12]  # nothing that a spreadsheet takes for a number
        yield ToLabel(name, asked.question, shown_target(asked.target), text, places)
