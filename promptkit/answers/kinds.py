"""The kinds of answer a task can ask for, and how one is found in a reply and graded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol, get_args

from promptkit.answers.answer import Answer
from promptkit.answers.choices import ChoiceReader
from promptkit.answers.dates import DateReader
from promptkit.answers.exact import ExactReader
from promptkit.answers.expressions import ExpressionReader
from promptkit.answers.json_values import JsonReader
from promptkit.answers.labels import LabelReader
from promptkit.answers.numbers import NumberReader
from promptkit.answers.options import options
from promptkit.answers.reply import visible_text
from promptkit.answers.texts import TextReader
from promptkit.errors import UsageError

AnswerKind = Literal["number", "choice", "label", "date", "text", "json", "expression", "exact"]


class _Reader(Protocol):
    def find(self, text: str) -> Answer | None: ...
    def check(self, target: str) -> None: ...
    def accepts(self, answer: Answer, target: str) -> bool: ...


@lru_cache(maxsize=512)
def _reader(kind: AnswerKind, labels: tuple[str, ...], question: str) -> _Reader:
    match kind:
        case "number":
            return NumberReader(question)
        case "choice":
            return ChoiceReader(options(question))
        case "label":
            return LabelReader(labels, question)
        case "date":
            return DateReader()
        case "text":
            return TextReader(question)
        case "json":
            return JsonReader()
        case "expression":
            return ExpressionReader(question)
        case "exact":
            return ExactReader()


@dataclass(frozen=True)
class AnswerType:
    """What kind of answer a task asks for.

    `number`: exact, its unit ignored: `$1,234.00` is 1234, `50%` is 50.
    `choice`: the letter of an option.
    `label`: one of `labels`.
    `date`: a whole day; the month comes first where both readings are possible.
    `text`: a name, title or term, compared without case, articles and punctuation.
    `json`: one JSON value.
    `expression`: arithmetic that uses each number of the question exactly once.
    `exact`: the whole reply, to the letter.

    Attributes:
        kind: one of the above.
        labels: the labels of kind `label`, as the task spells them; two or more.
    """

    kind: AnswerKind
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(AnswerKind):
            raise UsageError(f"{self.kind!r} is no kind of answer. Choose one of {', '.join(get_args(AnswerKind))}.")
        if self.kind == "label" and len({label.casefold() for label in self.labels}) < max(2, len(self.labels)):
            raise UsageError(f"Kind 'label' needs two or more different labels, not {self.labels!r}.")
        if self.kind != "label" and self.labels:
            raise UsageError(f"Kind {self.kind!r} takes no labels; they belong to kind 'label'.")

    def find(self, reply: str, *, question: str = "", strict: bool = False) -> Answer | None:
        """The answer of `reply`, or `None`: it gives none, hedges between several, or says that there is none.

        The last answer presented as such counts; without one, what the reply comes to (`Answer.explicit` tells).
        Thinking blocks are not read. The time taken grows no faster than the reply.

        Args:
            reply: a model's reply, as it came.
            question: what was asked: options that an answer's text is looked up in, numbers that an expression uses.
            strict: accept only an answer presented as such.
        """
        answer = _reader(self.kind, self.labels, question).find(visible_text(reply))
        return answer if answer and (answer.explicit or not strict) else None

    def check_target(self, target: str, *, question: str = "") -> None:
        """Refuse a target that no answer can be, before money is spent on it.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        _reader(self.kind, self.labels, question).check(target)

    def is_correct(self, answer: Answer, target: str, *, question: str = "") -> bool:
        """Whether `answer` is `target`, in whatever notation either is written.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        return _reader(self.kind, self.labels, question).accepts(answer, target)
