# The benchmark tasks: held-out items with a train split for examples, written in the harness's file format.
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from training.by_example import ByExample, labels, operators
from training.chinese_stories import chinese_story
from training.comparisons import compare_with_dead_end, compare_with_dead_ends
from training.dice import dice
from training.formats import demand, quantity
from training.languages import CHINESE, ENGLISH, Language
from training.problem import Generator, Problem, test_item, trainable
from training.split import held_out_form
from training.stories import large_story, story
from training.tracking import tracking
from training.words_and_lists import sorting, spelling
from training.world import World

ITEMS, TRAIN_ROWS = 320, 60
SEED = 20_26

Row = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """A task on problems: its generator and the numbers of steps asked, in turn."""

    name: str
    description: str
    generate: Generator
    steps: tuple[int, ...]
    answer: str
    kind: str
    language: Language = ENGLISH


SUITES = (
    Suite(
        "stories", "Word problems of one to eight steps, with sentences that do not matter.",
        story, (1, 2, 3, 4, 5, 6, 7, 8), "number", "number",
    ),
    Suite(
        "long-stories", "Word problems of 8, 10, 12 and 14 steps: the bundled model was trained on no chain so long.",
        story, (8, 10, 12, 14), "number", "number",
    ),
    Suite(
        "stories-zh", "The word problems in Traditional Chinese.",
        chinese_story, (1, 2, 3, 4, 5, 6, 7, 8), "number", "number", CHINESE,
    ),
    Suite(
        "large-numbers", "Word problems of one to six steps with numbers to 999.",
        large_story, (1, 2, 3, 4, 5, 6), "number", "number",
    ),
    Suite(
        "compare", "How many has the last of a chain of people; the facts are shuffled, and two chains lead elsewhere.",
        compare_with_dead_ends, (1, 2, 3, 4, 5, 6), "number", "number",
    ),
    Suite(
        "dead-ends", "The same in at most four steps, and one chain leads elsewhere.",
        compare_with_dead_end, (1, 2, 3, 4), "number", "number",
    ),
    Suite("tracking", "Who holds a thing after one to eight swaps.", tracking, tuple(range(1, 9)), "text", "name"),
    Suite("spelling", "The last letters of two to five words, joined.", spelling, (1, 2, 3, 4), "text", "letters"),
    Suite("sorting", "Three to seven numbers, to be put in order.", sorting, (1, 2, 3, 4, 5), "text", "list"),
)  # fmt: skip


class Format(NamedTuple):
    """A demanded form: what is asked, a description, and the instruction."""

    generate: Generator
    description: str
    instruction: str


UNIT = "cents"
FORMATS = {
    "number": Format(story, "One step; wanted is a number and nothing else.", "Answer with only the number."),
    "words": Format(story, "One step; the answer is wanted in words.", "Reply with the number in words."),
    "json": Format(story, "One step; the answer is wanted as JSON.", "Reply as JSON with the key answer."),
    "upper": Format(tracking, "One swap; wanted is a name in capitals.", "Reply with the name in capital letters."),
    "unit": Format(story, "An amount of money; it is wanted in cents.", f"Give the answer in {UNIT}."),
}
EXAMPLES = {"labels": 12, "operators": 4}


def problems(suite: Suite, world: World) -> list[Problem]:
    """The suite's held-out problems, no two alike."""
    rng = dice(f"{SEED} {suite.name}")
    found: dict[str, Problem] = {}
    while len(found) < ITEMS:
        problem = test_item(suite.generate, rng, world, suite.steps[len(found) % len(suite.steps)])
        found.setdefault(problem.text, problem)
    return list(found.values())


def train_problems(suite: Suite, world: World) -> list[Problem]:
    """Short problems for examples, from the training side of the split."""
    rng = dice(f"{SEED} {suite.name} train")
    steps = [count for count in suite.steps if count <= 3] or [1, 2, 3]
    return [trainable(suite.generate, rng, world, steps[i % len(steps)]) for i in range(TRAIN_ROWS)]


def format_items(form: str, world: World) -> list[tuple[str, str]]:
    """Questions of one step, and the reply in the demanded form."""
    rng = dice(f"{SEED} formats {form}")
    found: dict[str, str] = {}
    while len(found) < ITEMS:
        found.setdefault(*_formatted(form, world, rng, held_out=True))
    return list(found.items())


def _formatted(form: str, world: World, rng: Random, *, held_out: bool) -> tuple[str, str]:
    if form == "unit":
        asked = quantity(rng, world, held_out=held_out, into=UNIT)
        return asked.question, asked.demand.reply
    problem = (test_item if held_out else trainable)(FORMATS[form].generate, rng, world, 1)
    json_reply = json.dumps({"answer": int(problem.answer) if problem.answer.isdigit() else problem.answer})
    return problem.body, json_reply if form == "json" else demand(rng, form, problem).reply


def example_items(kind: str, world: World) -> list[ByExample]:
    """Tasks that their own examples define, with a rule or an operation never trained on."""
    rng = dice(f"{SEED} {kind}")
    make = labels if kind == "labels" else operators
    return [make(rng, world, held_out=True, shots=EXAMPLES[kind]) for _ in range(ITEMS)]


def write_all(world: World, folder: Path) -> None:
    """Every suite as `name.yaml`, `name.jsonl` and `name.train.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    for suite in SUITES:
        _write_suite(suite, world, folder)
    for form in FORMATS:
        _write_format(form, world, folder)
    for kind in EXAMPLES:
        _write_by_example(kind, world, folder)


def _write_suite(suite: Suite, world: World, folder: Path) -> None:
    about = {
        "name": suite.name,
        "description": suite.description,
        "answer": suite.answer,
        "instruction": suite.language.finish[suite.kind][0],
        "shown_answer": suite.language.answer.format("{target}"),
        "instructions": {"task": suite.language.roles[0], "rules": [suite.language.rules[0]]},
    }
    test = [_row(f"{suite.name}-{i:04}", problem) for i, problem in enumerate(problems(suite, world))]
    shown = train_problems(suite, world)
    train = [
        _row(f"{suite.name}-train-{i:03}", p) | {"reasoning": p.language.gap.join(p.chain)} for i, p in enumerate(shown)
    ]
    _write(folder, about, test, train)


def _row(name: str, problem: Problem) -> Row:
    unseen = {"new_form": True} if held_out_form(problem.form) else {}
    return {"id": name, "question": problem.body, "target": problem.answer, "steps": problem.steps} | unseen


def _write_format(form: str, world: World, folder: Path) -> None:
    name = f"formats-{form}"
    about = {
        "name": name,
        "description": FORMATS[form].description,
        "answer": "exact",
        "instructions": {"output_format": FORMATS[form].instruction},
    }
    rng = dice(f"{SEED} {name} train")
    shown = [_formatted(form, world, rng, held_out=False) for _ in range(TRAIN_ROWS)]
    _write(folder, about, _format_rows(name, format_items(form, world)), _format_rows(f"{name}-train", shown))


def _format_rows(name: str, asked: list[tuple[str, str]]) -> list[Row]:
    return [{"id": f"{name}-{i:04}", "question": q, "target": reply} for i, (q, reply) in enumerate(asked)]


def _write_by_example(kind: str, world: World, folder: Path) -> None:
    # no sentence about the form of the answer: in every example again, it would make the prompt too long for the model
    about = {
        "name": kind,
        "description": {
            "labels": "Texts of two to four classes whose invented labels only the examples of each item tell.",
            "operators": "An invented operator whose meaning only the examples of each item tell.",
        }[kind],
        "answer": {"labels": "text", "operators": "number"}[kind],
    }
    rows = [_example_row(f"{kind}-{i:04}", task) for i, task in enumerate(example_items(kind, world))]
    _write(folder, about, rows, [])


def _example_row(name: str, task: ByExample) -> Row:
    shown = [{"question": task.asked(question), "answer": reply} for question, reply in task.examples]
    return {"id": name, "question": task.asked(task.question), "target": task.answer, "examples": shown}


def _write(folder: Path, about: dict[str, Any], test: list[Row], train: list[Row]) -> None:
    name = about["name"]
    files = {"data": f"{name}.jsonl"} | ({"train": f"{name}.train.jsonl"} if train else {})
    described = about | files | {"source": "made for promptkit", "licence": "MIT"}
    page = yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=120)
    (folder / f"{name}.yaml").write_text(page, encoding="utf-8")
    for file, rows in ((f"{name}.jsonl", test), (f"{name}.train.jsonl", train)):
        if rows:
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / file).write_text(text, encoding="utf-8")
