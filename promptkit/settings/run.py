"""The settings of a run: what it compares, and how its calls are made.

A command line is parsed into them, a run records them, resuming compares them, and reports print them as a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from promptkit.analysis.comparison import MARGIN
from promptkit.answers import AnswerKind
from promptkit.errors import UsageError
from promptkit.judges.named import without_answers
from promptkit.providers.hosted.adapter import TIMEOUT_SECONDS
from promptkit.settings.answer import ANSWER_TYPES
from promptkit.settings.data import DataSettings
from promptkit.settings.option import Option, words_of
from promptkit.specs import split_specs
from promptkit.types import MOST_TOKENS, Effort
from promptkit.wrappers.outage import PATIENCE, PATIENCE_AT_FIRST
from promptkit.wrappers.silence import SILENT_SECONDS

T = TypeVar("T")
NOTED = frozenset({"versions", "templates", "objects", "optimize"})  # what a run notes beside its settings


def _split(value: object) -> object:
    """Runs of promptkit before 0.1.0 recorded lists as they are typed."""
    return split_specs(value) if isinstance(value, str) else value


def _at_least_one(value: object) -> object:
    """A list that was given and names nothing, as of a variable of the shell that is not set, is not meant as none."""
    if isinstance(value, str) and not split_specs(value):
        raise ValueError("it is empty; name at least one, or leave it out")
    return _split(value)


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


class RunSettings(DataSettings):
    """What a run compares, and how its calls are made. Recorded with the run, and kept when it is resumed."""

    tasks: Annotated[
        tuple[str, ...],
        Field(
            description="Shipped tasks, .yaml files, files of rows (.csv, .tsv, .jsonl, .json, .parquet, .xlsx), or "
            "those of Inspect: inspect:PACKAGE/TASK, inspect:FILE.py@TASK."
        ),
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
        BeforeValidator(_at_least_one),
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
        Field(ge=0, allow_inf_nan=False, description="Sampling temperature; by default the model's own."),
        Option("identity", metavar="T"),
    ] = None
    max_tokens: Annotated[
        int | None,
        Field(ge=1, le=MOST_TOKENS, description="The longest reply, in tokens; by default the model's own limit."),
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
            description="Grade replies by a function of (reply, item), module:function, instead of reading answers; or "
            "by a model, 'judge(model=…,rubric=…)'; 'read(model=…)' has a model read the answers that rules don't "
            "find. If repeated, the first decides and the others are shown beside it."
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
            description="How the model marks its thinking, besides `<think>` and the like: tag names, or OPEN...CLOSE."
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
            description="Ask each item with K sets of examples, drawn for it by --examples-seed, so that "
            "intervals cover the choice of examples.",
        ),
        Option("identity", metavar="K"),
    ] = 1
    independent: Annotated[
        bool, Field(description="Each strategy draws its own samples; no call is shared."), Option("identity")
    ] = False
    margin: Annotated[
        float,
        Field(gt=0, lt=1, description="The largest difference that does not matter, as a fraction of 1."),
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
            description=f"Give up on a model after this many seconds without any answer: by default {PATIENCE:g}, and "
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
            description="Abandon a call that has been silent for S seconds, and for far longer than others took "
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
        return {**super().reading(), "graded": without_answers(self.grader)}

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
                words += words_of(name, option, value)
        return words
