"""Judge the replies of a recorded run by a model, one by one or two beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Container, Iterator, Sequence
from contextlib import asynccontextmanager

from promptkit.analysis.preferences import Preferences, preferences
from promptkit.analysis.regrade import AT_ONCE, Reply, graded_attempts, replies_of_run
from promptkit.analysis.to_label import drawn_items
from promptkit.answers.reply import without_thinking
from promptkit.backend import Model
from promptkit.bench.guard import guarded_model, priced_model, require_bounded, require_keys
from promptkit.errors import NotGraded, PromptkitError, UsageError
from promptkit.grading.graders import Score
from promptkit.judges.judge import Judge
from promptkit.judges.pairwise import PairwiseJudge, Preference
from promptkit.outcomes import Attempt
from promptkit.record.calls import CallStore
from promptkit.record.reader import Run
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item
from promptkit.wrappers.outage import Patience
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop, ends_the_run

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


def items_to_judge(run: Run, limit: int | None, seed: int) -> Items:
    """At most `limit` items of each task, those that `promptkit label` draws first, so that labels fall on them."""
    of_task: dict[str, list[tuple[str, str]]] = {}
    for task, item in drawn_items(run, seed):
        of_task.setdefault(task, []).append((task, item))
    return {one for listed in of_task.values() for one in listed[:limit]}


async def judged_run(run: Run, judge: Judge, advance: Advance, items: Items) -> list[Attempt]:
    """The attempts of a run on these `items`, graded by `judge`.

    Raises:
        PromptkitError: no reply can be judged any more: the model is down or refuses the key, or a limit is reached.
    """
    over: list[PromptkitError] = []

    async def graded(reply: str, item: Item) -> Score:
        try:
            return await judge(reply, item)
        except PromptkitError as error:
            over.extend([error] if _ends_judging(error) else [])
            raise
        finally:
            advance()

    attempts = []
    async for attempt in graded_attempts(_replies(run, items), {judge.name: graded}):
        if over:
            raise over[0]
        attempts.append(attempt)
    return attempts


def judgeable(run: Run, items: Items) -> int:
    """How many replies a judge would see."""
    return sum(reply.text is not None for reply in _replies(run, items))


def _replies(run: Run, items: Items) -> Iterator[Reply]:
    return (reply for reply in replies_of_run(run) if (reply.attempt.task, reply.attempt.item) in items)


def _ends_judging(error: PromptkitError) -> bool:
    return not isinstance(error, NotGraded) and ends_the_run(error)


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
                if _ends_judging(error):
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
