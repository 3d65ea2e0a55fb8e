"""The settings of a run: every option once, with its type, default, bounds and meaning.

A command line is parsed into them, a run records them, resuming compares them, and reports print them as a command.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from promptkit.analysis.comparison import MARGIN
from promptkit.answers import AnswerKind
from promptkit.answers.kinds import GRADERS
from promptkit.errors import UsageError
from promptkit.on_ray.engine import EXAMPLE, known_engine
from promptkit.providers.hosted.adapter import TIMEOUT_SECONDS
from promptkit.specs import split_specs
from promptkit.types import Effort, Value
from promptkit.wrappers.outage import PATIENCE, PATIENCE_AT_FIRST
from promptkit.wrappers.silence import SILENT_SECONDS

T = TypeVar("T")
Role = Literal["identity", "plan", "pace"]
ANSWER_TYPES = f"{', '.join(GRADERS.shipped)}; or one that a package adds, or module:name."


@dataclass(frozen=True)
class Option:
    """How a field stands on the command line, and what it means for a run that is resumed.

    Attributes:
        role: identity: with another value the same attempt would be another one, so a run keeps it. plan: which
            attempts there are; those of an earlier plan are kept. pace: how fast and how persistently calls are made.
        metavar: what stands for its value in the help.
        flag: how it is written when not by its name; `short` in one letter.
        repeated: a tuple that is given by repeating the option; other tuples are separated by commas.
        argument: it has no flag: its values stand by themselves.
    """

    role: Role = "plan"
    metavar: str | None = None
    flag: str | None = None
    short: str | None = None
    repeated: bool = False
    argument: bool = False


def _split(value: object) -> object:
    """Runs of promptkit before 0.1.0 recorded lists as they are typed."""
    return split_specs(value) if isinstance(value, str) else value


def _several(value: object) -> object:
    """One value stands for a tuple of it, as in runs of promptkit before 0.1.0; nothing for none."""
    return () if value is None else (value,) if isinstance(value, (str, int)) else value


def _different(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError(f"{', '.join(map(str, values))} has one of them twice; give each once")
    return values


def _absolute(folders: object) -> object:
    return [str(Path(one).resolve()) for one in folders] if isinstance(folders, (list, tuple)) else folders


Commas = BeforeValidator(_split)


class Settings(Value):
    """A value whose fields are options. A field that does not exist or a value that can't be is a `UsageError`."""

    if not TYPE_CHECKING:  # type checkers see the signature that pydantic derives from the fields

        def __init__(self, **given: object) -> None:
            try:
                super().__init__(**given)
            except ValidationError as error:
                raise UsageError(_problem(error, type(self))) from None

    def given(self) -> dict[str, Any]:
        """What was set, and is not merely the default."""
        return self.model_dump(exclude_unset=True)

    def updated(self, changes: Mapping[str, Any]) -> Self:
        """The same settings with these changed.

        Raises:
            UsageError: an unknown name, or a value that can't be.
        """
        return type(self)(**{**self.given(), **changes})

    @classmethod
    def options(cls) -> Iterator[tuple[str, FieldInfo, Option]]:
        """The name of every field, its declaration, and how it stands on the command line."""
        own = cls.__annotations__
        for name, info in sorted(
            cls.model_fields.items(), key=lambda field: field[0] not in own
        ):  # inherited ones last
            yield name, info, next(extra for extra in info.metadata if isinstance(extra, Option))


def _column(flag: str) -> Option:
    return Option("identity", metavar="COLUMN", flag=flag)


class DataSettings(Settings):
    """How the files of tasks are read: where the parts of an item stand, as far as they are not found."""

    question_column: Annotated[
        str | None, Field(description="The column, or dotted path into JSON, of the question."), _column("--question")
    ] = None
    target_column: Annotated[str | None, Field(description="The column of the right answer."), _column("--target")] = (
        None
    )
    options_column: Annotated[
        str | None, Field(description="The column of the options, or several: A,B,C,D."), _column("--options")
    ] = None
    context_column: Annotated[
        str | None, Field(description="The column of a passage to show above the question."), _column("--context")
    ] = None
    id_column: Annotated[str | None, Field(description="The column of the item's name."), _column("--id")] = None
    cluster_column: Annotated[
        str | None, Field(description="The column of what dependent items share."), _column("--cluster")
    ] = None
    split_column: Annotated[
        str | None,
        Field(description="The column that states which rows are asked (test) or shown (train)."),
        _column("--split"),
    ] = None
    tolerance: Annotated[
        str | None,
        Field(description="How far from its target a number may be: 0.01, or 1% of it."),
        Option("identity", metavar="X"),
    ] = None
    shuffle_options: Annotated[
        bool, Field(description="Put the options of each question in another order, by --seed."), Option("identity")
    ] = False
    examples_seed: Annotated[
        int | None,
        Field(description="Seeds the choice of examples alone; by default --seed does."),
        Option("identity", metavar="N"),
    ] = None
    strict: Annotated[
        bool, Field(description="Stop at the first row that can't be used, instead of leaving it out."), Option()
    ] = False

    def reading(self) -> dict[str, Any]:
        """The same as arguments of `promptkit.tasks.load_task`."""
        named = {
            name.removesuffix("_column"): getattr(self, name) for name in type(self).model_fields if "_column" in name
        }
        return {
            "columns": {name: column for name, column in named.items() if column},
            "tolerance": self.tolerance or "",
            "shuffle_options": self.shuffle_options,
            "examples_seed": self.examples_seed,
            "strict": self.strict,
        }


class RunSettings(DataSettings):
    """What a run compares, and how its calls are made. Recorded with the run, and kept when it is resumed."""

    tasks: Annotated[
        tuple[str, ...],
        Field(description="Shipped tasks, .yaml files, or files of rows: .csv, .tsv, .jsonl, .json, .parquet, .xlsx."),
        Option(argument=True, repeated=True, metavar="TASK …"),
    ] = ()
    model: Annotated[
        tuple[str, ...],
        BeforeValidator(_several),
        Field(
            min_length=1,
            description="The model as provider/name, or module:name; repeated, every strategy is run on each of them.",
        ),
        Option(short="-m", repeated=True, metavar="MODEL"),
    ] = ("nano",)
    strategies: Annotated[
        tuple[str, ...],
        Commas,
        Field(description="Strategies to compare, separated by commas; by default those that suit the task."),
        Option(short="-s", metavar="A,B,…"),
    ] = ()
    baseline: Annotated[
        str | None, Field(description="The strategy to compare with; by default the first."), Option(metavar="SPEC")
    ] = None
    limit: Annotated[
        int | None, Field(ge=1, description="Use at most N items per task; by default all."), Option(metavar="N")
    ] = None
    seed: Annotated[
        int,
        Field(description="Seeds the choice of items and examples, and the sampling of local models."),
        Option("identity", metavar="N"),
    ] = 0
    temperature: Annotated[
        float | None,
        Field(ge=0, description="Sampling temperature; by default the model's own."),
        Option("identity", metavar="T"),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(ge=1, description="The longest reply, in tokens; by default the model's own limit."),
        Option("identity", metavar="N"),
    ] = None
    effort: Annotated[
        tuple[Effort, ...],
        BeforeValidator(_several),
        AfterValidator(_different),
        Field(
            description="How much the model reasons: none … max, or tokens; by default the model's own. Repeated, "
            "every strategy is run at each of them.",
        ),
        Option("identity", repeated=True, metavar="LEVEL"),
    ] = ()
    answer: Annotated[
        AnswerKind | None,
        Field(description=f"How answers are read: {ANSWER_TYPES}"),
        Option("identity", metavar="KIND"),
    ] = None
    grader: Annotated[
        tuple[str, ...],
        BeforeValidator(_several),
        Field(
            description="Grade replies by a function of (reply, item), module:function, in place of reading answers; "
            "or by a model, 'judge(model=…,rubric_file=…)'. Repeated, the first decides and the others stand beside."
        ),
        Option("identity", repeated=True, metavar="GRADER"),
    ] = ()
    labels: Annotated[
        tuple[str, ...],
        Commas,
        Field(description="The labels, separated by commas, when answers are labels."),
        Option("identity", metavar="A,B,…"),
    ] = ()
    think_tags: Annotated[
        tuple[str, ...],
        Commas,
        Field(
            description="How the model marks its thinking, beside `<think>` and the like: tag names, or OPEN...CLOSE."
        ),
        Option("identity", metavar="A,B,…"),
    ] = ()
    template_folders: Annotated[
        tuple[str, ...],
        BeforeValidator(_absolute),
        Field(description="A folder whose templates override the shipped ones; may be repeated."),
        Option(flag="--templates", repeated=True, metavar="DIR"),
    ] = ()
    replicates: Annotated[
        int,
        Field(ge=1, le=10_000, description="Repeat the comparison R times with fresh samples."),
        Option(metavar="R"),
    ] = 1
    example_sets: Annotated[
        int,
        Field(
            ge=1,
            le=10_000,
            description="Ask each item with K sets of examples, drawn for it by the seed of the examples, so that "
            "intervals cover the choice of examples.",
        ),
        Option("identity", metavar="K"),
    ] = 1
    independent: Annotated[
        bool, Field(description="Each strategy draws its own samples; no call is shared."), Option("identity")
    ] = False
    margin: Annotated[
        float,
        Field(ge=0, le=1, description="Differences up to this fraction of 1 do not matter."),
        Option(metavar="FRACTION"),
    ] = MARGIN
    stop_when_decided: Annotated[
        bool, Field(description="Stop a strategy as soon as its verdict is certain; valid at any time."), Option()
    ] = False
    concurrency: Annotated[
        int,
        Field(ge=1, description="At most N calls in flight at the same time; fewer while the provider refuses."),
        Option("pace", metavar="N"),
    ] = 64  # few providers let so much pass, and `Limit` finds out; one client's CPU can still follow
    attempts: Annotated[
        int,
        Field(ge=1, description="Try a call at most N times; failures while nothing is answered do not count."),
        Option("pace", metavar="N"),
    ] = 10  # when half of the calls fail at random, 1 of 1,024 stays without an answer
    patience: Annotated[
        float | None,
        Field(
            gt=0,
            description=f"Give a model up after so many seconds without any answer: by default {PATIENCE:g}, and "
            f"{PATIENCE_AT_FIRST:g} for one that has never answered.",
        ),
        Option("pace", metavar="SECONDS"),
    ] = None
    timeout_seconds: Annotated[
        float, Field(gt=0, description="The longest a call to a provider may take."), Option("pace", metavar="S")
    ] = TIMEOUT_SECONDS
    silent_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="Leave a call of which nothing was heard for S seconds, and for far longer than others took "
            "to be answered, and ask again.",
        ),
        Option("pace", metavar="S"),
    ] = SILENT_SECONDS
    item_seconds: Annotated[
        float | None,
        Field(gt=0, description="The longest a strategy may take for an item, time in the queue included."),
        Option("pace", metavar="S"),
    ] = None

    @classmethod
    def recorded(cls, configuration: Mapping[str, Any]) -> RunSettings:
        """The settings in the configuration of a recorded run, of this or an earlier promptkit.

        Raises:
            UsageError: a newer promptkit recorded a setting that this one does not know.
        """
        known = {name: value for name, value in configuration.items() if name not in NOTED}
        if unknown := [name for name in known if name not in cls.model_fields]:
            raise UsageError(f"it was recorded with the setting {unknown[0]!r}, which this promptkit lacks; upgrade")
        return cls(**known)

    @property
    def repetitions(self) -> int:
        """How many attempts a strategy makes on an item."""
        return self.replicates * self.example_sets

    def reading(self) -> dict[str, Any]:
        """What `promptkit.tasks.load_task` is given."""
        return {**super().reading(), "graded": bool(self.grader)}

    def to_record(self) -> dict[str, Any]:
        """What a run records: all that has a value, defaults included, so that later defaults change nothing."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, [])}

    def identity_changes(self, earlier: RunSettings) -> list[str]:
        """The names of the settings that can't differ from those that a run was recorded with, and do."""
        fixed = [name for name, _, option in self.options() if option.role == "identity"]
        if len(self.effort) > 1 and len(earlier.effort) > 1:  # then it is a part of the models' names
            fixed.remove("effort")
        return [name for name in fixed if getattr(self, name) != getattr(earlier, name)]

    def command(self) -> list[str]:
        """The words of the command line that repeats the run: what differs from the defaults."""
        words = ["promptkit", "bench"]
        for name, info, option in self.options():
            value = getattr(self, name)
            if value != info.default:
                words += _words(name, option, value)
        return words


class RunLimits(Settings):
    """What holds for a run this time, and what it may use up. Not recorded: resumed, it may use as much again."""

    max_calls: Annotated[
        int | None,
        Field(ge=0, description="Send at most N requests, failed ones included."),
        Option("pace", metavar="N"),
    ] = None
    max_cost: Annotated[
        float | None,
        Field(
            ge=0,
            description="Stop before US dollars could exceed this: calls in flight count at their most, and one that "
            "does not fit beside them waits.",
        ),
        Option("pace", metavar="USD"),
    ] = None
    run_seconds: Annotated[
        float | None,
        Field(ge=0, description="Stop sending calls after S seconds; the run can be resumed."),
        Option("pace", metavar="S"),
    ] = None
    batch: Annotated[
        bool,
        Field(
            description="Ask through the providers' batch APIs: half the price, up to 24 h for each wave of calls. A "
            "run that was begun so goes on so."
        ),
        Option("pace"),
    ] = False
    batch_wait: Annotated[
        float | None,
        Field(
            ge=0,
            description="Wait at most S seconds for batches when there is nothing else to do; then end with exit code "
            "75, to go on later.",
        ),
        Option("pace", metavar="S"),
    ] = None
    allow_code: Annotated[
        bool,
        Field(description="Run code that the model writes, with limits, to grade answers of type code."),
        Option("pace"),
    ] = False
    engine: Annotated[
        str | None,
        AfterValidator(known_engine),
        Field(
            description="Have calls made by actors of Ray: ray on this machine, or ray:ADDRESS of a cluster, as in "
            f"'{EXAMPLE}' (docs/ray.md; the extra `ray`)."
        ),
        Option("pace", metavar="ray[:ADDRESS]"),
    ] = None
    moved: Annotated[
        bool,
        Field(description="The model has another address than on record, and is the same: its calls there are kept."),
        Option("pace"),
    ] = False
    wording: Annotated[
        Literal["recorded", "current"] | None,
        Field(
            description="When templates were edited since the run began: go on with the recorded texts, or ask anew "
            "what the current ones word otherwise."
        ),
        Option("pace", metavar="recorded|current"),
    ] = None


NOTED = frozenset({"versions", "templates", "objects", "optimize"})  # what a run notes beside its settings


def flag_of(name: str, option: Option) -> str:
    """How the field `name` is written on the command line."""
    return option.flag or "--" + name.replace("_", "-")


def _words(name: str, option: Option, value: object) -> list[str]:
    values = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
    if option.argument:
        return values
    flag = flag_of(name, option)
    if value is True:
        return [flag]
    if option.repeated:
        return [word for one in values for word in (flag, one)]
    return [flag, ",".join(values)]


def _problem(error: ValidationError, settings: type[Settings]) -> str:
    """The first thing that is wrong, in one line."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return unknown_option(name, settings.model_fields)
    if first["type"] == "value_error":  # ours
        return f"`{name}`: {first['ctx']['error']}"
    return f"`{name}`: {first['msg'].replace('Input', 'it', 1)}, got {first['input']!r}"


def unknown_option(name: str, known: Iterable[str]) -> str:
    """The error about an option that does not exist."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"there is no option `{name}`; " + (
        f"did you mean `{close[0]}`?" if close else f"there are {', '.join(names)}"
    )


def known_answer(kind: str | None) -> str | None:
    """The same kind of answer, when there is such a one.

    Raises:
        UsageError: there is none.
    """
    if kind is not None:
        try:
            GRADERS.get(kind)
        except UsageError as error:
            raise UsageError(f"`answer` {kind}: {error}") from None
    return kind
