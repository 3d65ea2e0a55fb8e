"""The facts file of a technique: what its code can't say, checked against a strict model."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.techniques.formula import names_in
from promptkit.yaml_text import YamlError, parse_yaml

FOLDER = Path(__file__).parent / "facts"
Group: TypeAlias = Literal[
    "instructions", "examples", "reasoning", "decomposition", "several-answers", "checking", "several-models"
]
GROUPS: tuple[Group, ...] = get_args(Group)
Situation: TypeAlias = Literal[
    "i-have-examples",
    "the-task-has-steps",
    "answers-vary",
    "it-must-be-right",
    "the-form-matters",
    "it-must-be-cheap",
    "it-must-be-fast",
    "i-have-several-models",
    "the-question-is-hard-to-read",
    "there-is-a-checker",
]
SITUATIONS: Mapping[Situation, str] = {
    "i-have-examples": "There are examples with good answers.",
    "the-task-has-steps": "The answer takes several steps.",
    "answers-vary": "Asked again, the model often answers otherwise.",
    "it-must-be-right": "A wrong answer costs more than several calls.",
    "the-form-matters": "The reply must have a certain form.",
    "it-must-be-cheap": "Tokens are what matters.",
    "it-must-be-fast": "Somebody waits for the reply.",
    "i-have-several-models": "Several models can be asked.",
    "the-question-is-hard-to-read": "The question is long, or worded badly.",
    "there-is-a-checker": "A program or a grader can tell right from wrong.",
}
_SHARES = frozenset({"accuracy", "exact match", "pass@1", "success rate"})  # metrics that count items


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Source(_Strict):
    """Where a technique comes from."""

    authors: str
    year: int
    title: str
    arxiv: str | None = None
    url: str | None = None

    def __str__(self) -> str:
        where = f", arXiv:{self.arxiv}" if self.arxiv else f", {self.url}" if self.url else ""
        return f'{self.authors} {self.year}, "{self.title}"{where}'


class Calls(_Strict):
    """What it costs: arithmetic on the options of the class and on what `where` explains.

    Attributes:
        formula: such as `1 + n + 1`.
        where: names that are no options, with what each counts.
        steps: of names in `where`: the calls that it counts, by how the name of their step begins.
    """

    formula: str
    where: dict[str, str] = Field(default_factory=dict)
    steps: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_read(self) -> Calls:
        try:
            unused = {*self.where} - names_in(self.formula)
        except UsageError as error:
            raise ValueError(str(error)) from None
        if unused:
            raise ValueError(f"`where` explains {', '.join(sorted(unused))}, which the formula has not")
        if unknown := {*self.steps} - {*self.where}:
            raise ValueError(f"`steps` counts {', '.join(sorted(unknown))}, which `where` does not explain")
        return self


class Figure(_Strict):
    """A published figure, in per cent unless the metric is another; `name` is how it was asked."""

    correct: float
    name: str = ""


class Published(_Strict):
    """One comparison that was published.

    Attributes:
        items: how many there were; left out where the source does not give it.
        checked: where both figures were read: in the text of the `paper`, or in a `quotation` of it by others. Left out
            where they were found in neither, which its page says.
    """

    task: str
    model: str
    baseline: Figure
    technique: Figure
    source: str
    items: int | None = Field(default=None, ge=1)
    metric: str = "accuracy"
    note: str = ""
    checked: Literal["paper", "quotation"] | None = None

    @property
    def is_share(self) -> bool:
        """Whether its figures are shares of items, in per cent, so that there is an interval."""
        return self.metric in _SHARES


class Facts(_Strict):
    """What a facts file says; `docs/techniques` is made of it."""

    title: str
    group: Group
    summary: str
    spec: str
    calls: Calls
    source: Source | None = None
    helps: list[str] = Field(default_factory=list)
    hurts: list[str] = Field(default_factory=list)
    published: list[Published] = Field(default_factory=list)
    use_when: list[Situation] = Field(default_factory=list)
    question: str = ""  # of the example on its page, where the usual one does not suit it


@functools.cache
def all_facts() -> Mapping[str, Facts]:
    """The facts of every technique by its name on the command line, in the order of groups.

    Raises:
        UsageError: a facts file is wrong; names the file and the field.
    """
    found = {file.stem: read_facts(file) for file in sorted(FOLDER.glob("*.yaml"))}
    return dict(sorted(found.items(), key=lambda item: GROUPS.index(item[1].group)))


def facts_of(name: str) -> Facts:
    """The facts of the technique `name`.

    Raises:
        UsageError: there is none of that name; says which was meant.
    """
    known = all_facts()
    if name not in known:
        raise UsageError(f"unknown technique {name!r}; {_hint(name, known)}")
    return known[name]


def read_facts(file: Path) -> Facts:
    """The facts in `file`.

    Raises:
        UsageError: it is not YAML, or not the facts of a technique; names the field.
    """
    try:
        return Facts.model_validate(parse_yaml(file.read_text(encoding="utf-8")))
    except YamlError as error:
        raise UsageError(f"{file.name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UsageError(f"{file.name}: {place}: {first['msg']}") from None


def _hint(name: str, known: Mapping[str, Facts]) -> str:
    by_any_name = {other.casefold(): key for key, facts in known.items() for other in (key, facts.title)}
    otherwise = "promptkit techniques lists them"
    return did_you_mean(name.casefold(), by_any_name, otherwise, shown=by_any_name.__getitem__)
