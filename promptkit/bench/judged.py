"""Have a model judge or read recorded replies, one by one or two beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from promptkit.analysis.preferences import Preferences, preferences
from promptkit.analysis.regrade import AT_ONCE, Reply, graded_attempts, replies_of_run
from promptkit.analysis.to_label import drawn_items
from promptkit.answers.prose.reply import without_thinking
from promptkit.backend import Model
from promptkit.bench.benchmark import named_model
from promptkit.bench.guard import guarded_model, priced_model, require_bounded, require_keys
from promptkit.bench.models import Models
from promptkit.errors import PromptkitError, UsageError
from promptkit.grading.graders import GraderFunction
from promptkit.judges.judge import Judge
from promptkit.judges.named import asking
from promptkit.judges.pairwise import PairwiseJudge, Preference
from promptkit.judges.reader import AnswerReader
from promptkit.outcomes import Attempt
from promptkit.record.calls import CallStore
from promptkit.record.reader import Run
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item
from promptkit.types import Completion, Prompt
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop, ends_the_run
from promptkit.wrappers.wrapper import Wrapper

Items = Container[tuple[str, str]]  # task and name of each
FILE = "judge.sqlite"  # in the run's directory: the judge's calls
Advance = Callable[[], None]  # called after each reply or pair


@asynccontextmanager
async def judging_model(model: Model, run: Run, settings: RunSettings, limits: RunLimits) -> AsyncIterator[Model]:
    """The judge's model within its limits. Its calls are kept beside those of the run, and paid once.

    Raises:
        UsageError: a limit in dollars that can't be kept.
        AuthenticationError: no call is kept yet, and the model has no key.
    """
    require_bounded(limits, settings.max_tokens)
    priced_model(model, limits)
    if not (run.directory / FILE).exists():
        require_keys([model])
    with CallStore(run.directory / FILE) as store:
        patience = Patience(seconds=settings.patience)
        guarded = guarded_model(model, settings, limits, store=store, stop=Stop(), spent=Spent(), patience=patience)
        try:
            yield guarded
        finally:
            await guarded.aclose()


def items_to_judge(run: Run, limit: int | None, seed: int) -> set[tuple[str, str]]:
    """At most `limit` items of each task, those that `promptkit label` draws first, so that labels fall on them."""
    of_task: dict[str, list[tuple[str, str]]] = {}
    for task, item in drawn_items(run, seed):
        of_task.setdefault(task, []).append((task, item))
    return {one for listed in of_task.values() for one in listed[:limit]}


@asynccontextmanager
async def loaded_graders(
    graders: Mapping[str, GraderFunction], settings: RunSettings, limits: RunLimits, store: Calls
) -> AsyncIterator[Mapping[str, GraderFunction]]:
    """The same graders; the models of those that ask one are loaded, within the limits. Calls in `store` are free.

    Raises:
        UsageError: a model that can't be loaded, or a limit in dollars that can't be kept.
        AuthenticationError: a model has no key.
    """
    stop, spent, patience = Stop(), Spent(), Patience(seconds=settings.patience)

    def guard(model: Model) -> Model:
        require_keys([priced_model(model, limits)])
        return guarded_model(model, settings, limits, store=store, stop=stop, spent=spent, patience=patience)

    require_bounded(limits, settings.max_tokens or 1, graders.values())  # of those alone: nothing else is asked
    models = Models(guard, lambda name: named_model(name, settings))
    try:
        yield asking(graders, models.named, models.guarded)
    finally:
        await models.aclose()


async def judged_run(run: Run, judge: Judge | AnswerReader, advance: Advance, items: Items) -> list[Attempt]:
    """The attempts of a run on these `items`, graded by `judge`.

    Raises:
        PromptkitError: no reply can be judged any more, as in `graded_replies`.
    """
    replies = _replies(run, items, read=isinstance(judge, AnswerReader))
    return [attempt async for attempt in graded_replies(replies, {judge.name: judge}, advance)]


async def graded_replies(
    replies: Iterable[Reply], graders: Mapping[str, GraderFunction], advance: Advance = lambda: None
) -> AsyncIterator[Attempt]:
    """The attempts, graded anew by graders whose models are loaded.

    Raises:
        PromptkitError: no reply can be judged any more: a model is down or refuses the key, or a limit is reached.
    """
    over: list[PromptkitError] = []
    noting = asking(graders, _unloaded, lambda model: _Noting(model, over))
    async for attempt in graded_attempts(replies, noting, advance):
        if over:
            raise over[0]
        yield attempt


class _Noting(Wrapper):
    """A model that notes what no other call would survive: graders make an ungraded reply of every error."""

    def __init__(self, model: Model, over: list[PromptkitError]) -> None:
        super().__init__(model)
        self._over = over

    async def answer(self, prompt: Prompt) -> Completion:
        """As the model does."""
        try:
            return await self.backend.complete(prompt)
        except PromptkitError as error:
            self._over.extend([error] if ends_the_run(error) else [])
            raise


def _unloaded(name: str) -> Model:
    raise UsageError(f"the model {name} is not loaded")


def judgeable(run: Run, items: Items) -> int:
    """How many replies there are to judge or read."""
    return sum(reply.text is not None for reply in _replies(run, items))


def _replies(run: Run, items: Items, *, read: bool = False) -> Iterator[Reply]:
    return (reply for reply in replies_of_run(run, read=read) if (reply.attempt.task, reply.attempt.item) in items)


Pairs = dict[tuple[str, str], list[tuple[str, str, Item]]]  # by task and model: both replies to an item


async def judged_pairs(pairs: Pairs, names: Sequence[str], judge: PairwiseJudge, advance: Advance) -> list[Preferences]:
    """What `judge` prefers, by task and model; `names` are those of the baseline and the candidate.

    Raises:
        PromptkitError: nothing can be judged any more, as in `judged_run`. A failure of one call counts that pair.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def prefer(baseline: str, candidate: str, item: Item) -> Preference:
        async with limit:
            try:
                preferred = await judge.prefer(baseline, candidate, item)
            except PromptkitError as error:
                if ends_the_run(error):
                    raise
                preferred = Preference(item.id, None, None, "neither", error=str(error))
        advance()
        return preferred

    made = []
    for (task, model), listed in pairs.items():
        found = await asyncio.gather(*(prefer(*both) for both in listed))
        made.append(preferences(found, task=task, baseline=names[0], candidate=names[1], model=model))
    return made


def pairs_of_run(run: Run, names: Sequence[str], items: Items) -> Pairs:
    """The first replies of two strategies to each of these `items` that both have answered.

    Raises:
        UsageError: one of them is not in the run, or no item has both.
    """
    found: Pairs = {}
    strategies: dict[str, None] = {}
    for asked in run.item_attempts():
        strategies |= dict.fromkeys(attempt.strategy for attempt in asked.attempts)
        if (asked.task, asked.item) not in items:
            continue
        for model in dict.fromkeys(attempt.model for attempt in asked.attempts):
            first = {a.strategy: a for a in reversed(asked.attempts) if a.model == model and a.strategy in names}
            texts = _texts(run, [first[name] for name in names if name in first])
            if len(texts) == len(names):
                item = Item(asked.item, asked.question, asked.target)
                found.setdefault((asked.task, model), []).append((texts[0], texts[1], item))
    for name in names:
        if name not in strategies:
            raise UsageError(f"{name} is not one of the strategies of {run.directory}: {', '.join(strategies)}")
    if not found:
        raise UsageError(f"no item of {run.directory} that is judged has a reply of both {names[0]} and {names[1]}")
    return found


def _texts(run: Run, attempts: Sequence[Attempt]) -> list[str]:
    calls = run.calls(attempt.reply for attempt in attempts)
    found = [calls[attempt.reply].text for attempt in attempts if attempt.reply in calls]
    return [without_thinking(text, think_tags=run.think_tags) for text in found]
