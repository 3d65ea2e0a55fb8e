"""The kinds of answer a task can ask for, and how one is found in a reply and graded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from pydantic import PydanticUserError

from promptkit.answers.answer import Answer
from promptkit.answers.code import CodeReader
from promptkit.answers.dates import DateReader
from promptkit.answers.exact import ExactReader
from promptkit.answers.expressions import ExpressionReader
from promptkit.answers.grader import Grader
from promptkit.answers.json_values import JsonReader
from promptkit.answers.labels.labels import LabelReader
from promptkit.answers.lists import list_reader, set_reader
from promptkit.answers.maths import MathReader
from promptkit.answers.numbers.numbers import NumberReader
from promptkit.answers.options.choices import ChoiceReader
from promptkit.answers.options.options import options, wants_several
from promptkit.answers.prose.reply import visible_text, without_thinking
from promptkit.answers.schemas import schema_validator
from promptkit.answers.targets import each_target
from promptkit.answers.texts.one_of import OneOfReader
from promptkit.answers.texts.text_keys import holds
from promptkit.answers.texts.texts import TextReader
from promptkit.answers.whole_replies import ContainsReader, RegexReader
from promptkit.arguments import require_type
from promptkit.errors import UsageError
from promptkit.foreign import called_with
from promptkit.plugins import Registry
from promptkit.signatures import signature
from promptkit.types import schema_text

ShippedKind = Literal[
    "number",
    "choice",
    "label",
    "date",
    "text",
    "one_of",
    "list",
    "set",
    "json",
    "expression",
    "math",
    "exact",
    "contains",
    "regex",
    "code",
]
AnswerKind: TypeAlias = ShippedKind | str  # or one that a package registers, or module:name


def _choice(question: str) -> Grader:
    return ChoiceReader(options(question), wants_several(question), question)


GRADERS: Registry[Callable[..., Grader]] = Registry(
    "promptkit.graders",
    "answer type",
    {
        "number": NumberReader,
        "choice": _choice,
        "label": LabelReader,
        "date": DateReader,
        "text": TextReader,
        "one_of": OneOfReader,
        "list": list_reader,
        "set": set_reader,
        "json": JsonReader,
        "expression": ExpressionReader,
        "math": MathReader,
        "exact": ExactReader,
        "contains": ContainsReader,
        "regex": RegexReader,
        "code": CodeReader,
    },
)
_TO_THE_LETTER = frozenset({"exact", "regex", "code"})  # what reads a reply as it was written
_SLOW = frozenset({"math", "code", "regex"})  # what asks another process to compare


@lru_cache(maxsize=2048)
def _grader(
    kind: AnswerKind, labels: tuple[str, ...], question: str, allow_code: bool = False, schema: str | None = None
) -> Grader:
    maker: Callable[..., Grader] = GRADERS.get(kind)
    if kind not in GRADERS.shipped:
        _check_class(kind, maker)
    return called_with(
        f"answer type {kind!r}", maker, labels=labels, question=question, allow_code=allow_code, schema=schema
    )


def _check_class(kind: str, maker: object) -> None:
    """Nothing else is called: a task file or a record may name a kind, and must not run any function by its path."""
    lacks = [name for name in ("find", "check", "accepts") if not callable(getattr(maker, name, None))]
    if not isinstance(maker, type) or lacks:
        what = f"class without {', '.join(lacks)}" if isinstance(maker, type) else type(maker).__name__
        way_out = "name a class that has find, check and accepts; a function of (reply, item) is given as `grader`"
        raise UsageError(f"answer type {kind!r} is a {what}; {way_out}")


@dataclass(frozen=True)
class AnswerType:
    """What kind of answer a task asks for.

    `number`: exact, its unit ignored: `$1,234.00` is 1234, `50%` is 50.
    `choice`: the letter of an option.
    `label`: one of `labels`.
    `date`: a whole day. The month comes first in 3/5/2024, unless the question or the language of the reply puts the
        day first; in 3.5.2024 the day does.
    `text`: a name, title or term, compared without case, articles and punctuation.
    `one_of`: the same; the target lists all that are right: `A | B`, or a JSON list.
    `list`, `set`: several texts or numbers; in the order of the target, or in any.
    `json`: one JSON value.
    `expression`: arithmetic that uses each number of the question exactly once.
    `math`: an expression, equal to the target by algebra. Needs the extra `math`.
    `exact`: the whole reply, to the letter.
    `contains`: the whole reply; the target's words stand somewhere in it.
    `regex`: the whole reply; the target, a pattern, matches somewhere in it.
    `code`: Python; the target, its tests, passes when both are run. Needs `allow_code`.

    Attributes:
        kind: one of the above; or one that an installed package registers (`promptkit plugins` lists them), or
            `module:name` of a `Grader`.
        labels: the labels of kind `label`, as the task spells them; two or more.
        think_tags: how a model marks its thinking, beside the usual ways (`promptkit.answers.prose.reply`): names of
            tags, such as `scratchpad`, or two markers with `...` between them.
        allow_code: whether code that a model wrote may be run on this machine, with limits (`docs/security.md`).
        schema: of kind `json`: a JSON schema that answers follow, as JSON text; it may be given as an object or a type
            such as a pydantic model. Needs `jsonschema`, of the extra `bench`.

    Raises:
        UsageError: an unknown kind, one that can't be made, labels that do not go with it, or an invalid schema.
    """

    kind: AnswerKind
    labels: tuple[str, ...] = ()
    think_tags: tuple[str, ...] = ()
    allow_code: bool = False
    schema: str | None = None

    def __post_init__(self) -> None:
        require_type("kind", self.kind, "a text")
        given: object = self.labels
        if isinstance(given, str):  # each of its letters would become a label
            raise UsageError(f"labels is a tuple of texts, not one text; write labels=({given!r}, …)")
        if self.kind not in GRADERS.shipped:
            _grader(self.kind, self.labels, "")  # what is wrong with someone else's is found before anything is sent
        if self.kind == "label" and len({label.casefold() for label in self.labels}) < max(2, len(self.labels)):
            raise UsageError(f"answer type 'label' needs two or more different labels, got {self.labels!r}")
        if self.labels and not signature(GRADERS.get(self.kind)).takes("labels"):
            raise UsageError(f"answer type {self.kind!r} takes no labels; they belong to 'label'")
        if self.schema is not None:
            self._check_schema()

    def _check_schema(self) -> None:
        if self.kind != "json":
            raise UsageError(f"answer type {self.kind!r} takes no schema; it belongs to 'json'")
        try:
            schema = str(schema_text(self.schema))
        except (ValueError, PydanticUserError) as error:
            raise UsageError(f"the schema can't be read: {error}") from None
        schema_validator(schema)
        object.__setattr__(self, "schema", schema)  # as a text, however it was given

    def find(self, reply: str, *, question: str = "", strict: bool = False) -> Answer | None:
        """The answer of `reply`, or `None`: it gives none, hedges between several, or states that there is none.

        The last answer presented as such counts; without one, what the reply comes to (then not `Answer.explicit`).
        Thinking blocks are not read. The time taken grows no faster than the reply.

        Args:
            reply: a model's reply, as it came.
            question: what was asked: options that an answer's text is looked up in, numbers that an expression uses.
            strict: accept only an answer presented as such.
        """
        ready = without_thinking if self.kind in _TO_THE_LETTER else visible_text
        answer = self._grader(question).find(ready(reply, think_tags=self.think_tags))
        if answer is not None and not isinstance(answer, Answer):
            made = type(answer).__name__  # type: ignore[unreachable]  # not when someone else's class finds it
            raise UsageError(f"answer type {self.kind!r} found a {made} in a reply; its find returns an Answer or None")
        return answer if answer and (answer.explicit or not strict) else None

    def check_target(self, target: str, *, question: str = "") -> None:
        """Refuse a target that no answer can be, before money is spent on it.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        for one in each_target(target):
            self._grader(question).check(one)

    def is_correct(self, answer: Answer, target: str, *, question: str = "") -> bool:
        """Whether `answer` is `target`, or one of those that it stands for, in whatever notation either is written.

        Raises:
            UsageError: `target` is not an answer of this kind, or code may not be run.
            NotGraded: it can't be told in time.
        """
        return any(self._grader(question).accepts(answer, one) for one in each_target(target))

    def holds(self, reply: str, target: str) -> bool:
        """Whether `reply` has `target` somewhere in its words, of kind `text`: then someone should look at it."""
        if self.kind != "text":
            return False
        visible = visible_text(reply, think_tags=self.think_tags)
        return any(holds(visible, one) for one in each_target(target))

    def same(self, answer: Answer, other: Answer, *, question: str = "") -> bool:
        """Whether grading takes one answer for the other: then they are votes for the same."""
        if answer.key == other.key:
            return True
        same = getattr(self._grader(question), "same", None)
        return bool(same and same(answer, other))

    @property
    def is_slow(self) -> bool:
        """Whether grading waits for another process, so that it is done beside the event loop."""
        return self.kind in _SLOW

    def _grader(self, question: str) -> Grader:
        return _grader(self.kind, self.labels, question, self.allow_code, self.schema)
