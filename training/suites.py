# The benchmark tasks: held-out items with a train split for examples, written in the harness's file format.
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from training.by_example import ByExample, labels, operators
from training.chats import answer
from training.comparisons import compare, compare_with_dead_end
from training.dice import dice
from training.formats import demand
from training.problem import Generator, Problem, test_item, trainable
from training.split import held_out_form
from training.stories import story
from training.tracking import tracking
from training.words_and_lists import sorting, spelling
from training.world import World

ITEMS, TRAIN_ROWS = 320, 60
SEED = 20_26
ANSWER_IN = 'Finish with "The answer is <{kind}>."'
SHOWN = "The answer is {target}."

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


SUITES = (
    Suite(
        "stories", "Word problems of one to eight steps, with sentences that do not matter.",
        story, (1, 2, 3, 4, 5, 6, 7, 8), "number", "number",
    ),
    Suite(
        "long-stories", "Word problems of seven to ten steps: the bundled model was trained on no chain so long.",
        story, (7, 8, 9, 10), "number", "number",
    ),
    Suite(
        "compare", "How many has the last of a chain of people; the facts are shuffled, and some lead nowhere.",
        compare, (1, 2, 3, 4, 5, 6), "number", "number",
    ),
    Suite(
        "dead-ends", "The same with a second chain of facts that always leads elsewhere.",
        compare_with_dead_end, (1, 2, 3, 4), "number", "number",
    ),
    Suite("tracking", "Who holds a thing after one to eight swaps.", tracking, tuple(range(1, 9)), "text", "name"),
    Suite("spelling", "The last letters of two to five words, joined.", spelling, (1, 2, 3, 4), "text", "letters"),
    Suite("sorting", "Three to seven numbers, to be put in order.", sorting, (1, 2, 3, 4, 5), "text", "list"),
)  # fmt: skip
FORMATS: dict[str, tuple[Generator, str, str]] = {
    "number": (story, "One step; the answer is wanted as a number and nothing else.", "Answer with only the number."),
    "words": (story, "One step; the answer is wanted in words.", "Reply with the number in words."),
    "json": (story, "One step; the answer is wanted as JSON.", "Reply as JSON with the key answer."),
    "upper": (tracking, "One swap; the name is wanted in capital letters.", "Reply with the name in capital letters."),
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


def format_items(form: str, world: World) -> list[tuple[str, str, str]]:
    """Questions of one step, the plain answer, and the reply in the demanded form."""
    rng = dice(f"{SEED} formats {form}")
    found: dict[str, tuple[str, str, str]] = {}
    while len(found) < ITEMS:
        problem = test_item(FORMATS[form][0], rng, world, 1)
        reply = demand(rng, form, problem).reply
        if form == "json":
            reply = json.dumps({"answer": int(problem.answer)})
        found.setdefault(problem.text, (problem.body, answer(problem), reply))
    return list(found.values())


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
        "instruction": ANSWER_IN.format(kind=suite.kind),
        "shown_answer": SHOWN,
        "instructions": {"task": "You are a careful assistant.", "rules": ["Use only facts from the question."]},
    }
    test = [_row(f"{suite.name}-{i:04}", problem) for i, problem in enumerate(problems(suite, world))]
    shown = train_problems(suite, world)
    train = [_row(f"{suite.name}-train-{i:03}", p) | {"reasoning": " ".join(p.chain)} for i, p in enumerate(shown)]
    _write(folder, about, test, train)


def _row(name: str, problem: Problem) -> Row:
    unseen = {"new_form": True} if held_out_form(problem.form) else {}
    return {"id": name, "question": problem.body.strip(), "target": problem.answer, "steps": problem.steps} | unseen


def _write_format(form: str, world: World, folder: Path) -> None:
    generate, description, instruction = FORMATS[form]
    name = f"formats-{form}"
    about = {
        "name": name,
        "description": description,
        "answer": "exact",
        "instructions": {"output_format": instruction},
    }
    rows = [
        {"id": f"{name}-{i:04}", "question": question, "target": reply}
        for i, (question, _, reply) in enumerate(format_items(form, world))
    ]
    rng = dice(f"{SEED} {name} train")
    train = []
    for index in range(TRAIN_ROWS):
        problem = trainable(generate, rng, world, 1)
        reply = json.dumps({"answer": int(problem.answer)}) if form == "json" else demand(rng, form, problem).reply
        train.append({"id": f"{name}-train-{index:03}", "question": problem.body, "target": reply})
    _write(folder, about, rows, train)


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
