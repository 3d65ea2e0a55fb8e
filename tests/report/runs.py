"""Small runs on disk, as `promptkit bench` records them."""

import asyncio
from pathlib import Path

from promptkit.answers import AnswerType
from promptkit.outcomes import Attempt, Outcome
from promptkit.record.calls import CallStore
from promptkit.record.identity import call_key
from promptkit.record.tables import FILE
from promptkit.record.writer import RunWriter
from promptkit.tasks import Item, Task
from promptkit.types import Completion, Prompt, Usage
from tests.players import Player

QUESTION = "At first Ann has 3 pens. She buys 4 more. How many?"
OUTCOMES = {"direct": "cwwcw", "cot": "cccuw", "cot+reflect": "wcccw"}
NAMES: dict[str, Outcome] = {
    "c": "correct",
    "w": "wrong",
    "u": "unparsed",
    "t": "truncated",
    "r": "refused",
    "e": "error",
}


def record(
    directory: Path,
    outcomes: dict[str, str] = OUTCOMES,
    *,
    question: str = QUESTION,
    reply: str = "3 + 4 = 7. The answer is 7.",
    target: str = "7",
    answer: str = "7",
    task: str = "pens",
    model: str = "openai/mock",
    configuration: dict[str, object] | None = None,
) -> Path:
    """A run where each strategy's item `i` ends as the `i`-th letter says; one call an attempt."""
    count = max(len(letters) for letters in outcomes.values())
    items = tuple(Item(f"item-{i}", f"{question} ({i})", target) for i in range(count))
    told = configuration or {"tasks": [f"{task}.jsonl"], "model": model, "answer": "number"}
    kept = RunWriter(directory)
    kept.begin(told, [Task(task, AnswerType("number"), items)])
    calls = []
    for item in items:
        for strategy, letters in outcomes.items():
            letter = letters[int(item.id.removeprefix("item-"))]
            call = _call(item, strategy, reply, model)
            calls.append(call)
            kept.add(_attempt(NAMES[letter], call, item, task=task, strategy=strategy, answer=answer))
    kept.close()
    asyncio.run(_store(directory, calls))
    return directory


def _call(item: Item, strategy: str, reply: str, model: str) -> Completion:
    prompt = Prompt.of(item.question, system=f"As {strategy}.")
    usage = Usage(calls=1, input_tokens=20, output_tokens=8 * len(strategy))
    key = call_key(Player(name=strategy), prompt)
    return Completion(text=reply, prompt=prompt, by=model, usage=usage, seconds=0.5 * len(strategy), key=key)


def _attempt(outcome: Outcome, call: Completion, item: Item, *, task: str, strategy: str, answer: str) -> Attempt:
    read = outcome in {"correct", "wrong"}
    return Attempt(
        task=task,
        strategy=strategy,
        model=call.by,
        item=item.id,
        outcome=outcome,
        answer=answer if read else None,
        rule="answer is" if read else "",
        usage=call.usage,
        paid=call.usage,
        seconds=call.seconds,
        error="Unavailable: no reply" if outcome == "error" else "",
        calls=(("draft", call.key),),
        reply=call.key,
    )


async def _store(directory: Path, calls: list[Completion]) -> None:
    store = CallStore(directory / FILE)
    await asyncio.gather(*(store.put(call.key, "https://api", call) for call in calls))
    store.close()
