"""What a benchmark asks: questions with targets, and how their answers are read."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from promptkit.answers import AnswerKind, AnswerType
from promptkit.answers.targets import any_of
from promptkit.errors import UsageError
from promptkit.image import Image
from promptkit.types import Effort, Example, Message, Prompt

NO_COLUMNS: Mapping[str, Any] = {}  # one for all items that have no other columns


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its target. A strategy gets `prompt()`, never the item.

    Attributes:
        target: the right answer; several of which any is right, or a number with a tolerance, stand in one text
            (`promptkit.answers.targets`). Empty where there is none, and a grader or judge scores.
        form: the line of the question that states the form of its answer (`Prompt.form`).
        images: what is shown with the question, before it.
        before: the turns before the question: system text, and what was said so far.
        row: the columns of its row that are not a part of the item, such as a product or a difficulty.
    """

    id: str
    question: str
    target: str = ""
    cluster: str = ""
    examples: tuple[Example, ...] = ()
    form: str = ""
    images: tuple[Image, ...] = ()
    before: tuple[Message, ...] = ()
    row: Mapping[str, Any] = field(default_factory=lambda: NO_COLUMNS, compare=False, repr=False)

    def prompt(
        self, *, temperature: float | None = None, max_tokens: int | None = None, effort: Effort | None = None
    ) -> Prompt:
        """What is asked."""
        asked = Prompt.of(
            self.question, temperature=temperature, max_tokens=max_tokens, effort=effort, images=self.images
        )
        return asked.with_context(*self.before).with_form(self.form)


@dataclass(frozen=True)
class Task:
    """Questions with targets, how their answers are read, and what strategies may show and instruct.

    Attributes:
        train: worked examples, in the order in which they are shown; `practice` has the same rows as items, in the same
            order, where they were read from a file: what may be tried out on without touching `items`.
        notes: what was found out to read its file, and what of it is not used; a line each.
        unusable: how many rows could not be used.
        native: whether models that can be held to the schema of the answers are sent it (`Prompt.schema`).
        examples_seed: what `train` was put in order by, and strategies draw from it with.
    """

    name: str
    answer: AnswerType
    items: tuple[Item, ...]
    train: tuple[Example, ...] = ()
    instructions: Mapping[str, Any] | None = None
    description: str = ""
    notes: tuple[str, ...] = ()
    unusable: int = 0
    native: bool = False
    examples_seed: int = 0
    practice: tuple[Item, ...] = ()

    @classmethod
    def of(
        cls,
        questions: Iterable[Item | tuple[str, object]],
        *,
        answer: AnswerKind,
        labels: tuple[str, ...] = (),
        name: str = "questions",
        graded: bool = False,
    ) -> Task:
        """A task of (question, target) pairs, numbered from 1, or of items. A list of targets: any of them is right.

        If `graded`, by functions or judges, a target may be empty or `None`.

        Raises:
            UsageError: something else, a target that is not an answer of this kind, an id that occurs twice, or
                nothing at all.
        """
        kind = AnswerType(answer, labels)
        items = tuple(_item(number, one, graded=graded) for number, one in enumerate(questions, start=1))
        if not items:
            raise UsageError(f"the task {name} has no questions")
        if twice := [id_ for id_, count in Counter(item.id for item in items).items() if count > 1]:
            raise UsageError(f"the task {name} has the id {twice[0]!r} twice; ids pair the strategies' answers")
        for item in items:
            if graded and not item.target:
                continue
            try:
                kind.check_target(item.target, question=item.question)
            except UsageError as error:
                raise UsageError(f"question {item.id} of {name}: {error}") from None
        return cls(name, kind, items)

    def check_targets(self) -> None:
        """Refuse items that no answer can be compared with.

        Raises:
            UsageError: an item has no target.
        """
        if (item := next((item for item in self.items if not item.target), None)) is not None:
            raise UsageError(f"item {item.id} of {self.name} has no target; give one, or score replies by a `grader`")

    def marked(self, think_tags: tuple[str, ...]) -> Task:
        """The same task, of a model that marks its thinking by `think_tags` (`promptkit.answers.AnswerType`)."""
        return replace(self, answer=replace(self.answer, think_tags=think_tags)) if think_tags else self

    def limited(self, limit: int | None, seed: int) -> Task:
        """The same task with `limit` of its items, drawn with `seed`, in the order of the file."""
        if limit is None or limit >= len(self.items):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.items)), limit))  # noqa: S311 - not for secrets
        return replace(self, items=tuple(self.items[i] for i in chosen))

    def shuffled(self, seed: int) -> Task:
        """The same task with its items in a random order, drawn with `seed`."""
        items = random.Random(seed).sample(self.items, len(self.items))  # noqa: S311 - not for secrets
        return replace(self, items=tuple(items))


def _item(number: int, given: object, *, graded: bool) -> Item:
    match given:
        case Item():
            return given
        case (str() as question, [_, *_] as targets) if question:
            return Item(str(number), question, any_of([str(target) for target in targets]))
        case (str() as question, None | "" | []) if question:
            if graded:
                return Item(str(number), question)
            raise UsageError(f"question {number} has no target; give one, or score replies by a `grader`")
        case (str() as question, target) if question:
            return Item(str(number), question, str(target))
    raise UsageError(f"question {number} is {given!r}; give (question, target) or an Item")
