"""A task from its rows: how answers are read, questions with their options, targets, and the examples."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from promptkit.answers import AnswerKind, AnswerType
from promptkit.answers.options.options import options as options_in
from promptkit.errors import UsageError
from promptkit.image import Image
from promptkit.image_files import read_image
from promptkit.leaks import leaking, normal_question
from promptkit.near_copies import near_keys
from promptkit.tasks.decimal_marks import doubtful_points, has_decimal_comma, refuse_either
from promptkit.tasks.guess import Guess, guess_answer, labels_of
from promptkit.tasks.options import first_number
from promptkit.tasks.plain_text import plain_text
from promptkit.tasks.problems import Unusable
from promptkit.tasks.rows import Row, Table
from promptkit.tasks.source import Source
from promptkit.tasks.targets import target_text, target_texts
from promptkit.tasks.task import NO_COLUMNS, Item, Task
from promptkit.tasks.task_file import TaskFile
from promptkit.types import Example

_SHOWN = 80  # characters of a question in an error


class NotStated(UsageError):
    """Nothing states how answers are read.

    Attributes:
        guess: what the targets look like.
    """

    def __init__(self, message: str, guess: Guess) -> None:
        super().__init__(message)
        self.guess = guess


@dataclass(frozen=True)
class Wanted:
    """What whoever loads a task asks for (`promptkit.tasks.load.load_task`)."""

    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    tolerance: str = ""
    shuffle_options: bool = False
    seed: int = 0
    examples_seed: int | None = None
    strict: bool = False
    graded: bool = False

    @property
    def seed_of_examples(self) -> int:
        """What examples are drawn with."""
        return self.seed if self.examples_seed is None else self.examples_seed


@dataclass(frozen=True)
class _Asked:
    """A row with its question and target as they are asked; `plain` is the question whatever the order of options."""

    row: Row
    images: tuple[Image, ...]
    question: str
    target: str
    plain: str


def assemble(
    file: TaskFile, path: Path, data: Source, train: Source | None, wanted: Wanted, *, quiet: bool = False
) -> Task:
    """The task of these rows; `quiet`: without notes.

    Raises:
        UsageError: nothing states how answers are read, most rows can't be used, or an example is a question that is
            asked.
    """
    answer = _answer_type(file, path, data, wanted)
    reader = _Reader(file, answer, wanted)
    asked = reader.read(data)
    items = [reader.item(one) for one in asked if one.row.split == "test"]
    shown = [one for one in asked if one.row.split == "train"] if train is None else reader.read(train)
    data.problems.check(len(asked), lambda: _hint(data.table, answer))
    if train:
        train.problems.check(len(shown))
    if not items:
        raise UsageError(f"{data.path} has no row that is asked; all are examples")
    drawn = _drawn([(reader.example(one), one) for one in shown], asked, path, answer, wanted)
    implied = "" if file.answer or wanted.answer else f"labels {', '.join(answer.labels)}" * bool(answer.labels)
    notes = [*data.notes(len(items), 0 if train else len(shown), implied)]
    notes += train.notes(0, len(shown)) if train else []
    return Task(
        name=file.name,
        answer=answer,
        items=tuple(items),
        train=tuple(example for example, _ in drawn),
        practice=tuple(reader.item(one) for _, one in drawn),
        instructions=file.instructions or None,
        description=file.description,
        native=file.native,
        examples_seed=wanted.seed_of_examples,
        notes=() if quiet else (*notes, *reader.notes()),
        unusable=data.problems.count + (train.problems.count if train else 0),
    )


def _answer_type(file: TaskFile, path: Path, data: Source, wanted: Wanted) -> AnswerType:
    given = file.answer or ("json" if file.answer_schema else None) or wanted.answer
    kind, labels, table = given, file.labels or wanted.labels, data.table
    if kind is None and data.answer == "label":
        labels = labels or labels_of(_targets(table.rows), each=1)
        kind = "label" if labels else None
    elif kind is None:
        kind = data.answer
    if kind is None and table.rows and all(row.options for row in table.rows):
        kind = "choice"
    if kind is None and wanted.graded:
        kind = "exact"
    if kind is None:
        targets, questions = _targets(table.rows), [row.question for row in table.rows]
        guess = guess_answer(targets, questions)
        raise NotStated(_not_stated(path, guess, targets), guess)
    if kind == "label" and not labels:
        found = labels_of(_targets(table.rows), each=1)
        fact = f"the targets are {','.join(found)}" if found else "name all that there are, separated by commas"
        raise UsageError(f"task {path}: `answer` label needs `labels`; {fact}")
    try:
        return AnswerType(kind, labels, schema=file.answer_schema)  # type: ignore[arg-type]  # made a text
    except UsageError as error:
        raise type(error)(f"task {path}: {error}") from None


def _not_stated(path: Path, guess: Guess, targets: Sequence[str]) -> str:
    first = f", such as {targets[0][:40]!r}," if targets else ""
    fact = f"{path} does not state how its answers are read"
    return f"{fact}; its targets{first} look like {guess.described()}: give {guess.proposal()}"


def _hint(table: Table, answer: AnswerType) -> str:
    """What targets look like that are not answers of the kind that is stated."""
    guess = guess_answer(_targets(table.rows))
    if (
        answer.kind == "choice"
        or not table.rows
        or guess.kind == answer.kind
        or (guess.kind == "text" and answer.kind != "number")
    ):
        return ""
    return f"; the targets look like {guess.described()}: give {guess.proposal()}"


def _targets(rows: Iterable[Row]) -> list[str]:
    found = []
    for row in rows:
        try:
            found.append(target_texts(row)[0])
        except Unusable:
            continue
    return found


def _image(given: object, folder: Path) -> Image:
    """An image by its name, or one that stands in the file itself, as data sets on Hugging Face have it."""
    data = given.get("bytes") if isinstance(given, Mapping) else given
    if isinstance(data, bytes):
        try:
            return Image(data=data)
        except ValueError:
            raise Unusable("its image is not one that models take") from None
    return read_image(plain_text(given) or "", folder=folder)


class _Reader:
    """Makes rows into questions and targets."""

    def __init__(self, file: TaskFile, answer: AnswerType, wanted: Wanted) -> None:
        self._file, self._answer, self._seed = file, answer, wanted.seed
        self._tolerance = wanted.tolerance or file.tolerance
        self._graded = wanted.graded
        self._shuffles = (wanted.shuffle_options or file.shuffle_options) and answer.kind == "choice"
        self._unshuffled = 0
        self._doubts = list[str]()

    def read(self, source: Source) -> list[_Asked]:
        """The rows of a source that can be used; the others are noted."""
        rows = source.table.rows
        most = max((len(row.options.texts) for row in rows if row.options), default=0)
        first = first_number((row.target for row in rows), most)
        numbers = _targets(rows) if self._answer.kind == "number" and not self._graded else []
        commas = has_decimal_comma(numbers)
        if not commas and (doubt := doubtful_points(numbers)):
            self._doubts.append(f"{source.path}: {doubt}")
        found = []
        for row in rows:
            try:
                for target in target_texts(row) if commas else ():
                    refuse_either(target)
                if most and self._answer.kind == "choice" and not (row.options or options_in(row.question)):
                    raise Unusable("it has no options")
                found.append(self._asked(row, first, source.path.parent))
            except (Unusable, UsageError) as reason:
                source.problems.add(row.place, reason)
        return found

    def _asked(self, row: Row, first: int, folder: Path) -> _Asked:
        images = tuple(_image(one, folder) for one in row.images)
        if images and row.split == "train":
            raise Unusable("a train row has an image, and examples show none; take it out")
        question = plain = row.question
        if row.options and not row.options.only_letters():
            plain = "\n".join([question, *sorted(row.options.texts)])
            stand = row.options.stand_in(question)
            if self._shuffles:
                row = self._shuffled(row, fixed=stand)
            if row.options and not stand:
                question = f"{question}\n{row.options.shown()}"
        target = self._target(row, question, first)
        if row.examples and not images and leaking(row.examples, row.question):
            raise Unusable("one of its examples is its question; take it out")
        return _Asked(row, images, question, target, plain)

    def _target(self, row: Row, question: str, first: int) -> str:
        """The right answer; where functions grade, whatever a row has, or nothing."""
        try:
            target = target_text(row, self._answer.kind, first=first, tolerance=self._tolerance)
        except Unusable:
            if not self._graded:
                raise
            return plain_text(row.target) or ""
        if not self._graded:
            self._answer.check_target(target, question=question)
        return target

    def _shuffled(self, row: Row, *, fixed: bool) -> Row:
        if row.options is None or fixed or row.options.refer():
            self._unshuffled += 1
            return row
        return replace(row, options=row.options.shuffled(f"{self._seed}/{row.id}"))

    def notes(self) -> list[str]:
        """What has to be known about the questions."""
        if not self._unshuffled:
            return self._doubts
        many = "1 question keeps" if self._unshuffled == 1 else f"{self._unshuffled:,} questions keep"
        return [*self._doubts, f"{many} the order of options that refer to each other, or stand in the question"]

    def item(self, asked: _Asked) -> Item:
        """The row as it is asked."""
        row, form = asked.row, self._file.form
        examples = tuple(self._example(e.question, e.answer, e.reasoning, e.wrong_reasoning) for e in row.examples)
        question = self._with_instruction(asked.question)
        return Item(
            row.id,
            question,
            asked.target,
            row.cluster,
            examples,
            form,
            asked.images,
            row.before,
            row.others or NO_COLUMNS,
        )

    def example(self, asked: _Asked) -> Example:
        """The row as an example: of several right answers it shows the first."""
        row = asked.row
        answer = asked.target if row.options and self._answer.kind == "choice" else target_texts(row)[0]
        return self._example(asked.question, answer, row.reasoning, row.wrong_reasoning)

    def _example(self, question: str, target: str, reasoning: str | None, wrong: str | None) -> Example:
        shown = self._file.shown_answer.replace("{target}", target)
        asked = self._with_instruction(question)
        return Example(question=asked, answer=shown, reasoning=reasoning, wrong_reasoning=wrong)

    def _with_instruction(self, question: str) -> str:
        return f"{question}\n{self._file.form}" if self._file.form else question


def _drawn(
    examples: Sequence[tuple[Example, _Asked]], asked: Sequence[_Asked], path: Path, answer: AnswerType, wanted: Wanted
) -> list[tuple[Example, _Asked]]:
    """The examples in the order in which they are shown: drawn by seed, of kind label one of each label first."""
    tested = (one for one in asked if examples and one.row.split == "test" and not one.images)
    questions = {key: one.row.id for one in tested for key in _same(one.plain)}
    for _, one in examples:
        if (item := next((questions[key] for key in _same(one.plain) if key in questions), None)) is not None:
            raise UsageError(
                f"{path}: a train row is also the test question {item}, which would show its answer: "
                f"{one.question[:_SHOWN]!r}; take one of them out"
            )
    drawn = list(examples)
    random.Random(wanted.seed_of_examples).shuffle(drawn)  # noqa: S311 - not for secrets
    if answer.kind == "label":
        drawn = _one_of_each_first(drawn)
    return drawn


def _same(question: str) -> frozenset[int | str]:
    """What a question has in common with itself however it is put, and with no other."""
    return near_keys(question) | {normal_question(question)}


def _one_of_each_first(drawn: Sequence[tuple[Example, _Asked]]) -> list[tuple[Example, _Asked]]:
    """The first of each label, and then the others: few examples show as many labels as they can."""
    places: dict[str, int] = {}
    for place, (_, one) in enumerate(drawn):
        places.setdefault(one.target, place)
    leading = set(places.values())
    return [drawn[i] for i in sorted(leading)] + [one for i, one in enumerate(drawn) if i not in leading]
