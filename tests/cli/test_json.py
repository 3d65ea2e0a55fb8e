"""What `--json` prints is what docs/json.md states, field by field and type by type."""

import csv
import json

import pytest

from tests.json_page import OBJECTS, faults

STRATEGIES = "direct,cot,cot+reflect,cot+self-consistency(draws=3,temperature=0.8)"
BENCH = ("bench", "task.jsonl", "--answer", "number", "-m", "openai/mock", "-s", STRATEGIES)
CALLS = {
    "bench": (*BENCH, "--run", "new", "--fail-if", "cot < direct - 0.5"),
    "resume": ("resume", "old"),
    "score": ("score", "outputs.jsonl", "--answer", "number"),
    "bench --dry-run": (*BENCH, "--dry-run"),
    "resume --dry-run": ("resume", "old", "--dry-run"),
    "status": ("status", "old"),
    "choose": ("choose", "old"),
    "check": ("check", "old", "--min-accuracy", "0.5"),
    "compare": ("compare", "old", "older"),
    "power": ("power", "old", "--difference", "0.1"),
    "curve": ("curve", "old"),
    "flips": ("flips", "old"),
    "rescore": ("rescore", "old"),
    "label --results": ("label", "old", "--results"),
    "ask": ("ask", "What is 3 + 4?", "-m", "openai/mock", "-s", "cot", "--answer", "number"),
    "preview": ("preview", "What is 3 + 4?", "-s", "cot+reflect"),
    "techniques": ("techniques",),
    "task check": ("task", "check", "task.jsonl", "--answer", "number"),
    "template list": ("template", "list"),
    "template render": ("template", "render", "chain_of_thought/think"),
    "template lint": ("template", "lint", "prompts"),
    "models": ("models",),
}
MAY_BE_EMPTY = {
    *("across_models", "left_out", "differences", "wordings"),
    *("flips", "disagreements", "labels", "notes"),
    *("files", "served", "gpus", "batches"),
}
RUNS = {name for name, call in CALLS.items() if "old" in call}


def reply(turns):
    if "Verdict" in turns[-1]["content"]:
        return "It is wrong.\nVerdict: wrong"
    return "The answer is 7." if "3 +" in turns[0]["content"] else "The answer is 9."


@pytest.fixture
def recorded(promptkit, openai, tmp_path):
    """A folder with a task, outputs, a template with a mistake, and where it is wanted two runs and labels."""
    openai.answer = reply

    def made(name):
        rows = [{"question": f"What is 3 + {n % 5}? Number {n}.", "target": "7"} for n in range(12)]
        (tmp_path / "task.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        outputs = [{**row, "output": "7", "strategy": way} for row in rows for way in ("a", "b")]
        (tmp_path / "outputs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in outputs))
        (tmp_path / "prompts").mkdir()
        (tmp_path / "prompts" / "mine.j2").write_text(
            "---\ninputs: {question: text}\n---\n{{ question }} {{ nobody }}\n"
        )
        for run in ("old", "older") if name in RUNS else ():
            assert promptkit(*BENCH, "--run", run).code == 0
        if name.startswith("label"):
            label(promptkit, tmp_path)

    return made


def label(promptkit, folder):
    assert promptkit("label", "old", "--export", "replies.csv").code == 0
    with (folder / "replies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{**row, "label": "1"} for row in csv.DictReader(file)]
    with (folder / "labelled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert promptkit("label", "old", "--import", "labelled.csv").code == 0


@pytest.mark.parametrize("name", CALLS)
def test_the_output_of_a_command_is_what_the_page_states(promptkit, recorded, name):
    recorded(name)
    printed = promptkit(*CALLS[name], "--json")
    assert list(faults(printed.json, name)) == []
    empty = [field for field, value in printed.json.items() if value in ([], {}) and field not in MAY_BE_EMPTY]
    assert empty == [], "nothing of it was compared with the page"


def test_every_command_of_the_page_is_tried():
    assert {name for name in OBJECTS if name[:1].islower()} == set(CALLS)
