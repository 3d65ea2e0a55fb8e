"""Whether the accounts of a run depend on how many calls are in flight, when calls fail: on virtual time.

python -m tests.endurance.accounts --strategies 50 --items 1000
"""

import argparse
import asyncio
import hashlib
import random
import sys
import time
from collections import Counter
from dataclasses import replace

from promptkit import (
    AnswerType,
    Completion,
    FunctionModel,
    InvalidRequest,
    Prompt,
    RateLimited,
    TimedOut,
    Unavailable,
    Usage,
)
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.outcomes import Attempt
from promptkit.settings import RunSettings
from promptkit.tasks import Item, Task
from promptkit.types import Message
from tests import virtual_time

SHARE = 0.03  # of all attempts of calls that fail
ALWAYS = 0.002  # of all prompts that fail at every attempt
FAULTS = (
    (0.02, lambda: Unavailable("overloaded (529)", status=529)),
    (0.02, lambda: Unavailable("internal error (500)", status=500)),
    (0.02, lambda: RateLimited("too many requests (429)", status=429, retry_after=1)),
    (0.3, lambda: Unavailable("the connection was reset")),
    (0.2, lambda: Unavailable("sent no usable reply", status=200)),
    (5, lambda: TimedOut("did not answer within 5 s")),
)
PARTS = ("cot+", "")
OUTER = (
    "reflect",
    "reflect(rounds=2)",
    *(f"self-consistency(draws={n},temperature=0.8)" for n in range(2, 15)),
    *(f"best-of-n(draws={n},temperature=0.8)" for n in range(2, 12)),
)


def strategies(count: int) -> tuple[str, ...]:
    """So many strategies, most of which share calls."""
    known = ["direct", "cot", "plan", *(part + outer for outer in OUTER for part in PARTS)]
    return tuple(known[:count])


class Faulty:
    """Fails and answers by the prompt and the number of its attempt alone, in whichever order it is asked."""

    def __init__(self) -> None:
        self.attempts: Counter[str] = Counter()
        self.failed = self.answered = 0

    async def __call__(self, prompt: Prompt) -> Completion:
        identity = _identity(prompt)
        self.attempts[identity] += 1
        luck = random.Random(f"{identity} {self.attempts[identity]}")
        always = random.Random(identity).random()
        if always < ALWAYS or luck.random() < SHARE:
            self.failed += 1
            seconds, error = (random.Random(identity) if always < ALWAYS else luck).choice(FAULTS)
            await asyncio.sleep(seconds)
            raise InvalidRequest("refused (400)", status=400) if always < ALWAYS / 2 else error()
        await asyncio.sleep(luck.uniform(0.2, 0.8))
        self.answered += 1
        words = sum(len(message.content) for message in prompt.messages)
        text = f"Verdict: {luck.choice(('correct', 'wrong'))}\nThe answer is {luck.choice((24, 24, 18))}."
        return Completion(
            text=text, prompt=prompt, by="m", usage=Usage(calls=1, input_tokens=words, output_tokens=len(text))
        )


def _identity(prompt: Prompt) -> str:
    turns: tuple[Message, ...] = prompt.messages
    return hashlib.sha256(repr((turns, prompt.temperature, prompt.draw)).encode()).hexdigest()


def attempts(count: int, items: int, concurrency: int) -> tuple[list[Attempt], Faulty]:
    """Of so many strategies on so many items, and who was asked.

    In one order, without their seconds, and with the kinds of their errors alone: what befell a call last is chance.
    """
    provider, made = Faulty(), list[Attempt]()
    task = Task(
        "legs", AnswerType("number"), tuple(Item(str(i), f"How many legs have {i} cows?", "24") for i in range(items))
    )
    model = FunctionModel(provider, name="m", endpoint="http://host")
    planned = Benchmark((task,), (model,), strategies(count), RunSettings(concurrency=concurrency))
    virtual_time.run(run_guarded(planned, CallsInMemory(), made.append))
    return sorted(
        (replace(a, seconds=0.0, error=a.error.partition(":")[0]) for a in made), key=lambda a: (a.strategy, a.item)
    ), provider


def main() -> None:
    """Compare one call at a time with 256."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strategies", type=int, default=50)
    parser.add_argument("--items", type=int, default=1000)
    given = parser.parse_args()
    sys.stdout.write(f"{given.strategies} strategies x {given.items} items\n")
    found = []
    for concurrency in (1, 256):
        began = time.monotonic()
        made, provider = attempts(given.strategies, given.items, concurrency)
        outcomes = dict(Counter(attempt.outcome for attempt in made).most_common())
        usage, paid = sum((a.usage for a in made), Usage()), sum((a.paid for a in made), Usage())
        sys.stdout.write(
            f"concurrency {concurrency}: {len(made)} attempts {outcomes}, {usage.calls} calls, {paid.calls} paid, "
            f"{provider.answered} answered and {provider.failed} failed, in {time.monotonic() - began:.0f} s\n"
        )
        found.append(made)
    differing = sum(one != other for one, other in zip(*found, strict=True))
    sys.stdout.write(f"{differing} attempts differ\n")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
