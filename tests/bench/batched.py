"""Small runs by batches, and live, for tests."""

from collections import Counter
from pathlib import Path
from typing import Any

from promptkit import Anthropic, OpenAI, close
from promptkit.bench import compare
from promptkit.bench.result import Result
from promptkit.record.batches import RecordedBatch, read_batches
from tests.endurance.oracle import Oracle
from tests.loopback import Server
from tests.loopback.strict import refuses

QUESTIONS = [(f"What is {i} modulo 3?", str(i % 3)) for i in range(4)]
PROVIDERS = ("openai", "anthropic")
KEY = "sk-planted-0123456789"


def model_of(server: Server, provider: str) -> OpenAI | Anthropic:
    if provider == "openai":
        return OpenAI("gpt-4o-mini", base_url=server.openai_url, api_key=KEY)
    return Anthropic("claude-haiku-4-5", base_url=server.url, api_key=KEY)


def run(
    server: Server, provider: str, directory: Path, strategies: str = "direct", **options: Any
) -> tuple[Result, Counter[str]]:
    """The result, and how often each conversation was answered."""
    server.refuses = refuses
    oracle = server.answer = Oracle()
    options = {"answer": "number", "batch": True, "attempts": 3, **options}
    model = model_of(server, provider)
    try:
        return compare(QUESTIONS, strategies, model=model, directory=directory, **options), oracle.asked
    finally:
        close(model)


def outcomes(result: Result) -> Counter[tuple[object, ...]]:
    return Counter((a.strategy, a.item, a.outcome, a.answer, a.usage.model_dump_json()) for a in result.attempts)


def errors(result: Result) -> set[str | None]:
    return {a.error for a in result.attempts if a.outcome == "error"}


def batches(directory: Path) -> tuple[RecordedBatch, ...]:
    return read_batches(directory)
