"""`few-shot(select=bootstrapped)` in a run: examples are made of right replies, before the first item is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.bench.runner import calls_of
from promptkit.bench.strategies import Arm
from promptkit.bootstrap import Bootstrapped, bootstrapped, target_of
from promptkit.errors import BackendError, ModelDown, PromptkitError, UsageError
from promptkit.gather import gather
from promptkit.outcomes import Group
from promptkit.record.preparations import Preparation
from promptkit.tasks import Task
from promptkit.types import Completion, Example, Prompt, Usage
from promptkit.wrappers.stop import ends_the_run

WAVE = 8  # train questions at the same time, whatever the pace of the run: the same calls whenever it is resumed

Made: TypeAlias = Mapping[tuple[str, Arm], tuple[tuple[Example, ...], ...]]  # by task and arm, a tuple a part of it
RefusedBefore: TypeAlias = Mapping[Group, frozenset[str]]  # train questions, by who was shown examples without them


class NoExample(UsageError):
    """A strategy has no example to show: no train question was answered right. To resume the run mends nothing."""


@dataclass(frozen=True)
class Prepared:
    """What a run made before its first item.

    Attributes:
        made: the examples.
        ended: the arms that have none, by task, and why: they are not run.
    """

    made: Made = field(default_factory=dict)
    ended: Mapping[tuple[str, Arm], PromptkitError] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """Examples that are wanted: `n` of those in `pool` that `teacher` answers right."""

    teacher: Backend
    pool: tuple[Example, ...]
    n: int


class Makings:
    """Hands the parts of one specification the examples that were made for each, in the order of the parts.

    Where none were made, it notes what is wanted in `requests`, and hands out stand-ins.
    """

    def __init__(self, made: Iterable[tuple[Example, ...]] = ()) -> None:
        self._made = iter(made)
        self.requests: list[Request] = []

    def __call__(self, teacher: Backend, pool: tuple[Example, ...], n: int) -> tuple[Example, ...]:
        """The examples for the next part."""
        made = next(self._made, None)
        if made is None:
            self.requests.append(Request(teacher, pool, n))
            return _stand_ins(pool, n, ["…"])
        return made


@dataclass(frozen=True)
class Assumed:
    """How a forecast makes examples: no reply is right but those on record, so that every train question is asked.

    Attributes:
        rows: how many train questions are asked for all of them.
        reasoning: what stands in an example that no reply on record gave, from a reply to another question.
    """

    rows: int | None
    reasoning: Callable[[Completion], str]


@dataclass(frozen=True)
class Wanted:
    """One arm on one task.

    Attributes:
        prompt: what a train question is asked as, without its text.
        build: makes the arm's strategy with examples from `Makings`, and its `teacher` on the models of the run.
    """

    task: Task
    arm: Arm
    answer: AnswerType
    prompt: Prompt
    build: Callable[[Makings], object]
    teacher: Callable[[Backend], Backend]


async def made_for(
    wanted: Iterable[Wanted],
    done: Callable[[Preparation], None],
    assumed: Assumed | None = None,
    refused_before: RefusedBefore | None = None,
) -> Prepared:
    """Make the examples of all arms, models at the same time, and hand what it took to `done`.

    An arm ends alone where no train question was answered right, all are refused, or a call failed for good: its items
    would else be shown other examples when the run is resumed. `refused_before` are questions that a model refused
    when the run's examples were made; they are not asked again.

    Raises:
        PromptkitError: what ends the run. What is answered is on record, so that the next time the same examples are
            made.
    """
    of_model: dict[tuple[str, str], list[Wanted]] = {}
    for one in wanted:
        of_model.setdefault((one.task.name, one.arm.model), []).append(one)
    made: dict[tuple[str, Arm], tuple[tuple[Example, ...], ...]] = {}
    ended: dict[tuple[str, Arm], PromptkitError] = {}
    paid_for = set[object]()

    async def in_turn(arms: Sequence[Wanted]) -> None:
        for one in arms:
            place, account = (one.task.name, one.arm), _Account(one, paid_for)
            refused = (refused_before or {}).get(account.group, frozenset())
            try:
                made[place] = await _made_for(one, account, assumed, refused)
            except (NoExample, ModelDown, BackendError) as error:
                if isinstance(error, BackendError) and ends_the_run(error):
                    raise
                ended[place] = error
                again = "" if isinstance(error, NoExample) else "; resume the run to try it again"
                account.ended = f"{error}{again}"
            if account.wanted:
                done(account.preparation())

    await gather(in_turn(arms) for arms in of_model.values())
    return Prepared(made, ended)


async def _made_for(
    one: Wanted, account: _Account, assumed: Assumed | None, refused_before: frozenset[str]
) -> tuple[tuple[Example, ...], ...]:
    made = list[tuple[Example, ...]]()
    while True:
        makings = Makings(made)
        one.build(makings)
        if not makings.requests:
            break
        request = makings.requests[0]  # a part outside of it may ask through what is made for it
        account.wanted += request.n
        found = await bootstrapped(
            one.teacher(request.teacher),
            request.pool[: assumed.rows] if assumed else request.pool,
            answer=one.answer,
            n=request.n,
            draws=1,
            prompt=one.prompt,
            concurrency=WAVE,
            heard=account.hear,
            accepts=(lambda reply: reply.cached) if assumed else (lambda _: True),
            refused_before=refused_before,
        )
        account.add(found)
        shown = found.examples
        if assumed and len(shown) < request.n:
            texts = [assumed.reasoning(reply) for reply in account.last]
            shown = (*shown, *_stand_ins(request.pool, request.n - len(shown), texts))
        if not shown:
            raise NoExample(_none_right(one, request, len(found.refused)))
        made.append(shown)
    return tuple(made)


def _none_right(one: Wanted, request: Request, refused: int) -> str:
    fact = f"none of the {len(request.pool)} train questions of {one.task.name} was answered right by {one.arm.model}"
    fact += f" ({refused} were refused)" if refused else ""
    way_out = "leave the strategy out, or give it examples by few-shot(examples=FILE)"
    return f"{fact} with reasoning, so {one.arm.strategy} has no example to show; {way_out}"


@dataclass
class _Account:
    """What was asked for one arm."""

    one: Wanted
    paid_for: set[object]
    wanted: int = 0
    asked: int = 0
    right: int = 0
    usage: Usage = field(default_factory=Usage)
    paid: Usage = field(default_factory=Usage)
    calls: list[tuple[str, str]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ended: str = ""
    last: list[Completion] = field(default_factory=list)  # some replies, for stand-ins

    def hear(self, reply: Completion) -> None:
        self.last = [*self.last[-WAVE:], reply]
        for step, call in calls_of((reply,)):
            self.calls.append((step, call.key))
            self.usage += call.usage
            identity = call.key or (call.by, call.prompt)
            if identity not in self.paid_for:
                self.paid_for.add(identity)
                self.paid += call.usage

    def add(self, found: Bootstrapped) -> None:
        self.asked, self.right = self.asked + found.asked, self.right + found.right
        self.examples += found.examples
        self.refused += (question for question in found.refused if question not in self.refused)

    @property
    def group(self) -> Group:
        return Group(self.one.task.name, *self.one.arm)

    def preparation(self) -> Preparation:
        return Preparation(
            *self.group,
            wanted=self.wanted,
            asked=self.asked,
            right=self.right,
            usage=self.usage,
            paid=self.paid,
            calls=tuple(self.calls),
            examples=() if self.ended else tuple(self.examples),
            refused=tuple(self.refused),
            ended=self.ended,
        )


def _stand_ins(pool: Sequence[Example], n: int, reasoning: Sequence[str]) -> tuple[Example, ...]:
    """The longest `n` of the pool, so that no prompt with others is longer."""
    longest = sorted(pool, key=lambda example: -len(f"{example.question}{example.answer}".encode()))[:n]
    texts = reasoning or ["…"]
    return tuple(
        example.model_copy(update={"reasoning": texts[place % len(texts)]}) for place, example in enumerate(longest)
    )


def check_bootstrapped(task: Task, arm: Arm, requests: Sequence[Request], refused: Mapping[str, bool]) -> None:
    """See that examples can be made for an arm, before anything is sent.

    `refused` are settings that it can't be combined with, by name, and whether they are given.

    Raises:
        UsageError: a setting that it can't be combined with, no train row, or one whose answer can't be read.
    """
    if not requests:
        return
    if name := next((name for name, given in refused.items() if given), None):
        file = "make a file by `promptkit examples bootstrap`, and give few-shot(examples=FILE)"
        raise UsageError(f"{arm.strategy} can't be combined with `{name}`, {_REASONS[name]}; {file}")
    if not task.train or any(item.examples for item in task.items):
        lacks = "its items have examples of their own" if task.train else "it has no train rows"
        raise UsageError(f"{arm.strategy} asks train questions before the first item, and {lacks}; use few-shot")
    for example in requests[0].pool:
        target_of(example, task.answer)


_REASONS = {
    "batch": "as train questions are asked a few at a time, and each time would be a batch",
    "grader": "as a train question is right by its answer",
    "example_sets": "as that shows every item other examples",
}
