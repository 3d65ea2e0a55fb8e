"""Synthetic records, to measure what reads a run as it grows: their outcomes are drawn at random and show nothing."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from benchmarks.speed.reading import store
from promptkit.answers import AnswerType
from promptkit.outcomes import Attempt, Outcome
from promptkit.record.tables import COLUMNS, FILE, row_of_attempt
from promptkit.record.writer import RunWriter
from promptkit.tasks import Task
from promptkit.types import Completion, Prompt, Usage

TASK, MODEL = "synthetic", "openai/gpt-4.1-mini"  # a model whose price is known
STRATEGIES = {"direct": 0.6, "cot": 0.65, "few-shot": 0.6, "few-shot+cot": 0.66, "plan": 0.55}  # how often right
REPLICATES = 2
AN_ITEM = len(STRATEGIES) * REPLICATES  # attempts
_REPLIES = 500  # calls on record, which the attempts share
_UNREADABLE, _FAILED = 0.02, 0.001  # shares of the attempts
_ITEM, _USAGE = COLUMNS.index("item"), COLUMNS.index("usage")  # what was paid stands behind the usage
_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-262144")
_KEEP_ITEM = "INSERT INTO items (task, item, question, target, images) VALUES (?,?,?,?,'[]')"
_KEEP_ATTEMPT = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608


def synthetic_record(directory: Path, attempts: int) -> Path:
    """A run of so many attempts, `AN_ITEM` on each item, written in one transaction without a journal."""
    settings = {"tasks": ["synthetic.jsonl"], "model": MODEL, "answer": "number", "replicates": REPLICATES}
    writer = RunWriter(directory)
    writer.begin(settings, [Task(TASK, AnswerType("number"), ())])
    writer.close()
    asyncio.run(store(directory, [_reply(number) for number in range(_REPLIES)]))
    items = range(attempts // AN_ITEM)
    with closing(sqlite3.connect(directory / FILE, isolation_level=None)) as connection:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        asked = ((TASK, str(i), f"What is {i} plus 4? Answer with a number.", str(i + 4)) for i in items)
        connection.executemany(_KEEP_ITEM, asked)
        connection.executemany(_KEEP_ATTEMPT, _rows(items))
        connection.execute("COMMIT")
    return directory


def _rows(items: range) -> Iterator[tuple[object, ...]]:
    chance = random.Random(1)  # noqa: S311 - no secret
    for item in items:
        easy = chance.random() - 0.5
        for strategy, rate in STRATEGIES.items():
            for replicate in range(REPLICATES):
                outcome = _outcome(chance.random(), chance.random() < rate + easy)
                row = _row(strategy, replicate, outcome, chance.randrange(_REPLIES))
                used = (
                    _usage(chance.randrange(40, 140), chance.randrange(60, 360)) if outcome != "error" else row[_USAGE]
                )
                yield (*row[:_ITEM], str(item), *row[_ITEM + 1 : _USAGE], used, used, *row[_USAGE + 2 :])


def _outcome(drawn: float, right: bool) -> Outcome:
    if drawn < _FAILED:
        return "error"
    return "unparsed" if drawn < _UNREADABLE else "correct" if right else "wrong"


@cache
def _row(strategy: str, replicate: int, outcome: Outcome, number: int) -> tuple[object, ...]:
    reply, failed = _reply(number), outcome == "error"
    made = Attempt(
        *(TASK, strategy, MODEL, "", outcome, replicate),
        answer="7" if outcome in {"correct", "wrong"} else None,
        rule="answer is" if outcome in {"correct", "wrong"} else "",
        seconds=0.0 if failed else reply.seconds,
        error="no reply" if failed else "",
        calls=() if failed else (("", reply.key),),
        reply="" if failed else reply.key,
    )
    return row_of_attempt(made)


@cache
def _usage(read: int, written: int) -> str:
    return Usage(calls=1, input_tokens=read, output_tokens=written).model_dump_json()


@cache
def _reply(number: int) -> Completion:
    text = f"{'Adding one number to another one gives their sum, and so on. ' * 4}The answer is 7."
    usage = Usage(calls=1, input_tokens=40, output_tokens=60)
    prompt = Prompt.of(f"What is {number} plus 4? Answer with a number.")
    return Completion(text=text, prompt=prompt, by=MODEL, usage=usage, seconds=1 + number / 500, key=f"{number:064x}")
