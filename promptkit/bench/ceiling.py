"""The most that a benchmark can take: every reply as long as its limit lets it be, hidden reasoning included."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Assumed
from promptkit.bench.models import Models
from promptkit.bench.preparing import prepare
from promptkit.bench.running import run_on
from promptkit.bench.stores import OnRecord, Recorded
from promptkit.prices import cost_usd
from promptkit.providers.function import FunctionModel
from promptkit.strategies.critique import REJECTING
from promptkit.strategies.self_ask import ASKS
from promptkit.strategies.steps import is_one_of_a_list
from promptkit.strategy import Strategy
from promptkit.tasks import Item
from promptkit.tracing import current_path, untraced
from promptkit.types import Completion, Prompt, Usage
from promptkit.wrappers.budget import most_input_tokens
from promptkit.wrappers.cache import Cache

GROUPS = 20  # of items of about the same size in each task; the longest of a group stands for all of them
PLANNED = 400  # calls of the longest plan for all items that are tried: beyond, fewer items stand for more of them
STEPS = 16  # of a plan, a skeleton or a list of checks, where no strategy allows more
_LIMITS = ("max_steps", "max_points", "max_questions")  # options that do
_MARK = re.compile(r"(?:\d+\. )?‹(\d+)\.(\d+)›\n?")


@dataclass(frozen=True)
class Ceiling:
    """What the calls of a run take at most, each billed once; shared ones counted once.

    Plans have as many steps as are asked, critics never accept, follow-up questions never end, replies are as long as
    allowed, and a prompt has a token a byte (as `Budget` reserves it). A call that fails after it was sent may be
    billed again: at most `attempts` times as much is. The probes of an outage (`Outage`) come on top, some 80 in an
    hour.

    Attributes:
        input_tokens: `None` where a reply has no limit, since later prompts hold earlier replies.
        output_tokens: including hidden reasoning; `None` where a reply has no limit.
        usd: US dollars; `None` where a reply has no limit or a price is not known.
        unlimited: the models, other than free ones, whose replies nothing limits: `max_tokens` would.
    """

    calls: int
    input_tokens: int | None
    output_tokens: int | None
    usd: float | None
    attempts: int
    unlimited: tuple[str, ...] = ()


async def ceiling(benchmark: Benchmark, *, recorded: Recorded | None = None) -> Ceiling:
    """The ceiling of all strategies on all tasks together. Nothing is sent.

    With `recorded`, which finds calls on record, it is of what is left to ask, and every item is tried; so it is where
    items are shown different examples.
    """
    settings = benchmark.settings.updated({"stop_when_decided": False, "replicates": 1})
    total, limited = defaultdict[str, Usage](Usage), True
    unlimited: dict[str, None] = {}
    each = bool(recorded) or benchmark.chooses_examples()
    first = _Worst(replace(benchmark, settings=settings), recorded)
    with untraced():
        assumed = Assumed(None, lambda reply: reply.text)
        made = await prepare(benchmark, first.models.guarded, first.models.named, lambda _: None, assumed)
    for model, usage in first.used():
        total[model] += usage
    for task in benchmark.tasks:
        groups = min(GROUPS, max(1, PLANNED // _steps(benchmark)))
        for item, count in _representatives(task.items, len(task.items) if each else groups):
            one = replace(benchmark, tasks=(replace(task, items=(item,)),), settings=settings)
            worst = _Worst(one, recorded, first.sizes)
            with untraced():
                await run_on(one, worst.models.guarded, worst.models.named, lambda _: None, prepared=made)
            for model, usage in worst.used():
                total[model] += _times(usage, count * benchmark.settings.replicates)
            limited = limited and not worst.unlimited and not first.unlimited
            unlimited |= dict.fromkeys(name for name in worst.unlimited if cost_usd(name, _ONE) != 0)
    prices = [cost_usd(model, usage, batch=benchmark.is_batched(model)) for model, usage in total.items()]
    known = [price for price in prices if price is not None]
    usage = sum(total.values(), Usage())
    return Ceiling(
        usage.calls,
        usage.input_tokens if limited else None,
        usage.output_tokens if limited else None,
        sum(known) if len(known) == len(prices) and not unlimited else None,
        benchmark.settings.attempts,
        tuple(unlimited),
    )


_ONE = Usage(calls=1, input_tokens=1, output_tokens=1)


class _Worst:
    """Models that reply at the greatest length, each call with a text of its own, for one item."""

    def __init__(self, benchmark: Benchmark, recorded: Recorded | None, sizes: Sequence[int] = ()) -> None:
        self.models = Models(self._stub, benchmark.load)
        self.unlimited: set[str] = set()
        self._known_at, self._recorded = benchmark.known_at, recorded
        self._lines = range(1, _steps(benchmark) + 1)
        self._shipped = benchmark.is_shipped()
        self._made: dict[tuple[str, str, Prompt], Completion] = {}
        self.sizes = list(sizes)  # of the replies, in tokens; those before this item are shown in examples

    def used(self) -> Iterator[tuple[str, Usage]]:
        return ((model, call.usage) for (model, _, _), call in self._made.items())

    def _stub(self, model: Model) -> Model:
        played = FunctionModel(lambda prompt: self._answer(model, prompt), name=model.name, endpoint=model.endpoint)
        known_at = self._known_at.get(model.name)
        return Cache(played, OnRecord(self._recorded), known_at=known_at) if self._recorded else played

    def _answer(self, model: Model, prompt: Prompt) -> Completion:
        place = (model.name, model.endpoint, prompt)
        if place not in self._made:
            longest = prompt.max_tokens or getattr(model, "default_max_tokens", None)
            if longest is not None and prompt.max_tokens is None and isinstance(prompt.effort, int):
                longest += prompt.effort  # a budget comes on top of what a model writes of its own accord
            if longest is None:
                self.unlimited.add(model.name)
            usage = Usage(calls=1, input_tokens=self._input_tokens(prompt), output_tokens=longest or 0)
            number = len(self.sizes)
            self.sizes.append(longest or 0)
            lines = self._lines[:1] if self._shipped and is_one_of_a_list(current_path()) else self._lines
            text = "".join(f"{n}. ‹{number}.{n}›\n" for n in lines)
            text += f"{ASKS}‹{number}.0›\nThe answer is 1. {REJECTING}"
            self._made[place] = Completion(text=text, prompt=prompt, by=model.name, usage=usage)
        return self._made[place]

    def _input_tokens(self, prompt: Prompt) -> int:
        """A token a byte; of earlier replies as many tokens as they have, as often as a part of them recurs."""
        found: Counter[tuple[int, int]] = Counter()
        for message in prompt.messages:
            found.update((int(number), int(line)) for number, line in _MARK.findall(message.text))
        times: dict[int, int] = {}
        for (number, _), count in found.items():
            times[number] = max(count, times.get(number, 0))
        rest = prompt.with_messages(*(m.with_text(_MARK.sub("", m.text)) for m in prompt.messages))
        return most_input_tokens(rest) + sum(self.sizes[number] * count for number, count in times.items())


def _representatives(items: tuple[Item, ...], groups: int) -> Iterator[tuple[Item, int]]:
    """The longest item of each group, and of how many."""
    ordered = sorted(items, key=_size)
    size = max(1, -(-len(ordered) // groups))
    for start in range(0, len(ordered), size):
        group = ordered[start : start + size]
        yield group[-1], len(group)


def _size(item: Item) -> int:
    examples = sum(len(text.encode()) for e in item.examples for text in (e.question, e.answer, e.reasoning or ""))
    return most_input_tokens(item.prompt()) + examples


def _steps(benchmark: Benchmark) -> int:
    """More than any plan is allowed."""
    most = [STEPS]
    for asked in benchmark.named().values():
        if isinstance(asked, str):
            most += map(int, re.findall(rf"(?:{'|'.join(_LIMITS)})\s*=\s*(\d+)", asked))
        while isinstance(asked, Strategy):
            most += [getattr(asked, name, 0) for name in _LIMITS]
            asked = asked.backend
    return max(most) + 1


def _times(usage: Usage, count: int) -> Usage:
    return Usage(**{name: value * count for name, value in usage.model_dump().items()})
