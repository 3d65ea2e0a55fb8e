"""Which templates a strategy really uses on a task: seen by marks in its prompts, with a model that is played."""

from __future__ import annotations

import dataclasses
import re

from promptkit.backend import Model
from promptkit.bench.ablation import steps_of
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.forecast import LONGEST
from promptkit.bench.models import Models
from promptkit.bench.running import run_on
from promptkit.bench.wording import RunWording
from promptkit.optimizing.editable import worded_name
from promptkit.providers.function import FunctionModel
from promptkit.strategy import Strategy
from promptkit.types import Prompt
from promptkit.wording.folders import SUFFIX, Source
from promptkit.wording.parts import body_start
from promptkit.wording.templates import Templates

_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


async def used_steps(benchmark: Benchmark, spec: str, strategies: list[Strategy]) -> frozenset[str]:
    """The steps whose words reach a prompt, of one item, were every reply long and every critic discontent.

    Nothing is sent.
    """
    marks: dict[str, str] = {}
    texts: dict[str, Source] = {}
    for strategy in strategies:
        for step in steps_of(strategy):
            file = worded_name(strategy.templates, step)
            text = strategy.templates.read(file)
            place = _first_letter(text, body_start(text))
            if place is not None:
                marks[step] = f"⟦{len(marks)}⟧"
                marked = text[:place] + marks[step] + text[place:]
                texts[file + SUFFIX] = Source(strategy.templates.file(file), marked, marks[step])
    asked = await _prompts(benchmark, spec, benchmark.templates.with_texts(texts))
    return frozenset(step for step, mark in marks.items() if mark in asked)


async def _prompts(benchmark: Benchmark, spec: str, templates: Templates) -> str:
    """The text of all prompts for the first item."""
    found: list[str] = []

    def answer(prompt: Prompt) -> str:
        found.extend(message.text for message in prompt.messages)
        return LONGEST

    def played(model: Model) -> Model:
        return FunctionModel(answer, name=model.name, endpoint=model.endpoint, chat=getattr(model, "chat", True))

    task = dataclasses.replace(benchmark.tasks[0], items=benchmark.tasks[0].items[:1])
    one = dataclasses.replace(benchmark, tasks=(task,), strategies=(spec,), wording=RunWording(templates))
    models = Models(played, benchmark.load)
    await run_on(one, models.guarded, models.named, lambda _: None)
    return "\n".join(found)


def _first_letter(text: str, start: int) -> int | None:
    """Where the first letter outside of tags stands."""
    place = start
    while place < len(text):
        if found := _TAG.match(text, place):
            place = found.end()
        elif text[place].isalpha():
            return place
        else:
            place += 1
    return None
