"""The prompts of every technique, word for word: a change of wording is seen as a diff of a file.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/strategies/test_golden_prompts.py` writes them anew.
"""

import os
import re
from pathlib import Path

import pytest

from promptkit import AnswerType, Example, Prompt, preview
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

FOLDER = Path(__file__).parents[1] / "golden"
SETTING = TaskContext(
    AnswerType("number"),
    (
        Example(
            question="How many legs has a cow?", answer="The answer is 4.", reasoning="Cows are mammals on four legs."
        ),
    ),
    instructions={
        "task": "You answer questions about animals.",
        "rules": ["Use no outside sources.", "Round nothing."],
        "audience": "children",
        "language": "English",
        "output_format": "Answer with only the number.",
    },
)
SPECS = [
    "instructions",
    "few-shot",
    "cot",
    "cot(style=concise)",
    "cot(style=draft)",
    "few-shot+cot",
    "plan",
    "plan(parallel=True)",
    "plan-and-solve",
    "plan-and-solve(plus=True)",
    "least-to-most",
    "step-back",
    "self-ask",
    "reflect",
    "self-consistency(draws=2)",
    "self-refine(rounds=2)",
    "program-of-thought",
    "debate(agents=2)",
    "mixture-of-agents(proposers=2,layers=3)",
    "best-of-n(draws=2)",
    "best-of-n(draws=2,pick=most-consistent)",
    "best-of-n(draws=2,pick=knockout)",
    "cot+plan+reflect",
    "repeat",
    "repeat@plain",
    "analogical",
    "thread-of-thought",
    "rephrase",
    "rephrase(steps=2)",
    "system-two-attention",
    "contrastive",
    "cot+extract",
    "skeleton",
    "verbalized-sampling",
    "verbalized-sampling(below=0.1)",
    "chain-of-verification",
    "chain-of-verification(style=joint)",
    "chain-of-verification(style=two-step)",
    "chain-of-verification(style=factor-revise)",
]


def _as_file_name(spec: str) -> str:
    """`cot(style=draft)` as `cot-style-draft`."""
    return re.sub(r"[^\w+]+", "-", spec).strip("-")


@pytest.mark.parametrize("spec", SPECS)
def test_the_prompts_are_those_of_the_golden_file(spec):
    calls = preview(build(spec, Player(), SETTING), Prompt.of("How many legs do 3 spiders have?"))
    text = "\n".join(
        f"=== {number}: {call.step or 'ask'} (draw {call.prompt.draw})\n"
        + "".join(f"[{m.role}]\n{m.content}\n" for m in call.prompt.messages)
        for number, call in enumerate(calls, start=1)
    )
    file = FOLDER / f"{_as_file_name(spec)}.txt"
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
