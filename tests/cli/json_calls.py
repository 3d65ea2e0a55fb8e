"""A call of each command that prints JSON, and what it needs: files, recorded runs, a model that plays along."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from promptkit.record.reader import open_run
from tests.cli.conftest import Ran
from tests.loopback import Server

STRATEGIES = "direct,cot,cot+reflect,cot+self-consistency(draws=3,temperature=0.8)"
TASK = ("task.jsonl", "--answer", "number", "-m", "openai/mock")
BENCH = ("bench", *TASK, "-s", STRATEGIES)
ABLATE = ("ablate", *TASK, "-s", "cot@long", "--templates", "wordings")
SIZES = ("--train", "10", "--validation", "10", "--held-out", "40", "--max-calls", "200")
OPTIMIZE = ("optimize", "sums.jsonl", "--answer", "number", "-s", "cot", "-m", "openai/mock", *SIZES)
JUDGE = ("judge", "old", "-m", "openai/judge", "--rubric", "It is right.")
JUDGE_SPEC = "judge(model=openai/judge,rubric='It is right.')"
CALLS = {
    "bench": (*BENCH, "--run", "new", "--fail-if", "cot < direct - 0.5"),
    "resume": ("resume", "old"),
    "score": ("score", "outputs.jsonl", "--answer", "number"),
    "bench --grader": (*BENCH, "--run", "new", "--grader", "graders:short", "--grader", JUDGE_SPEC),
    "score --grader": ("score", "outputs.jsonl", "--grader", "graders:short"),
    "rescore --grader": ("rescore", "old", "--grader", "graders:short"),
    "bench --dry-run": (*BENCH, "--dry-run", "--grader", JUDGE_SPEC),
    "resume --dry-run": ("resume", "old", "--dry-run"),
    "ablate --dry-run": (*ABLATE, "--dry-run"),
    "status": ("status", "old"),
    "ablate": ABLATE,
    "optimize": OPTIMIZE,
    "optimize --dry-run": (*OPTIMIZE, "--dry-run"),
    "choose": ("choose", "old"),
    "check": ("check", "old", "--min-accuracy", "0.5"),
    "compare": ("compare", "old", "older"),
    "report": ("report", "old", "--format", "md"),
    "power": ("power", "old", "--difference", "0.1"),
    "curve": ("curve", "old"),
    "flips": ("flips", "old"),
    "rescore": ("rescore", "old"),
    "judge": JUDGE,
    "judge --read": (*JUDGE[:4], "--read"),
    "judge --pair": (*JUDGE, "--pair", "direct,cot"),
    "label --results": ("label", "old", "--results"),
    "feedback": ("feedback", "old"),
    "ask": ("ask", "What is 3 + 4?", "-m", "openai/mock", "-s", "cot", "--answer", "number"),
    "preview": ("preview", "What is 3 + 4?", "-s", "cot+reflect"),
    "techniques": ("techniques",),
    "techniques show": ("techniques", "show", "self-consistency"),
    "examples bootstrap": ("examples", "bootstrap", "train.jsonl", *TASK[1:], "-n", "1", "--output", "made.jsonl"),
    "task check": ("task", "check", "task.jsonl", "--answer", "number"),
    "task init": ("task", "init", "task.jsonl"),
    "task from-feedback": ("task", "from-feedback", "old", "--output", "regressions.jsonl"),
    "template list": ("template", "list"),
    "template show": ("template", "show", "chain_of_thought/think"),
    "template render": ("template", "render", "chain_of_thought/think"),
    "template new": ("template", "new", "support/reply", "--templates", "prompts"),
    "template lint": ("template", "lint", "prompts"),
    "template lint --rules": ("template", "lint", "--rules"),
    "template diff": ("template", "diff", "chain_of_thought/think", "chain_of_thought/think.zh-Hant"),
    "template test": ("template", "test", "tested"),
    "template import": ("template", "import", "joke.txt", "--as", "fstring"),
    "template import --output": ("template", "import", "joke.txt", "--as", "fstring", "--output", "prompts"),
    "models": ("models",),
    "pull": ("pull", "someone/model-GGUF:Q4_K_M"),
    "plugins": ("plugins", "--shipped"),
}
RUNS = {name for name, call in CALLS.items() if "old" in call}
LABELLED = {"label --results", "judge"}
WITH_FEEDBACK = {"feedback", "task from-feedback"}
LONG = "{{ question }}\n\nReason step by step, then give the answer.\n\nBe quick.\n"
PROPOSED = "<wording>\n{{ question }}\n\nThink carefully, then answer.\n</wording>"


def reply(turns: list[dict[str, str]]) -> str:
    """A model that adds, criticises, judges, and proposes a wording that it does better by."""
    text = turns[-1]["content"]
    if "<wording>" in text:
        return PROPOSED
    if "Better:" in text:
        return "Better: 1"
    if "Score:" in text:
        return f"Look.\nScore: {int('The answer is 7.' in text)}"
    if "Verdict" in text:
        return "It is wrong.\nVerdict: wrong"
    if sums := re.findall(r"is (\d+) \+ 20", text):
        return f"The answer is {int(sums[-1]) + 20 + ('carefully' not in text)}."
    return "I count. That makes 7.\nThe answer is 7." if "3 +" in turns[0]["content"] else "The answer is 9."


@pytest.fixture
def prepared(
    promptkit: Callable[..., Ran], openai: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Makes, in this folder, what a call needs: its files, and where it reads runs two of them."""
    openai.answer = reply
    hub = SimpleNamespace(
        list_repo_files=lambda _: ["model-Q4_K_M.gguf"], hf_hub_download=lambda _, name: f"/cache/{name}"
    )
    monkeypatch.setattr("promptkit.cli.pull._hub", lambda: hub)

    def made(name: str) -> None:
        files(tmp_path)
        for run in ("old", "older") if name in RUNS else ():
            assert promptkit(*BENCH, "--run", run).code == 0
        if name in LABELLED:
            label(promptkit, tmp_path)
        if name in WITH_FEEDBACK:
            correct(promptkit)

    return made


def files(folder: Path) -> None:
    """Tasks, outputs, prompts of another tool, a template with a mistake, one with a test, and a wording."""
    rows = [{"question": f"What is 3 + {n % 5}? Number {n}.", "target": "7"} for n in range(12)]
    outputs = [{**row, "output": "7", "strategy": way} for row in rows for way in ("a", "b")]
    sums = [{"question": f"What is {n} + 20?", "target": str(n + 20)} for n in range(90)]
    of_train = [{**row, "split": "train"} for row in rows[:4]]
    lines = {"task": rows, "outputs": outputs, "sums": sums, "train": [*of_train, *rows[4:]]}
    for name, listed in lines.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in listed))
    header = "---\ninputs: {question: text}\n"
    texts = {
        "prompts/mine.j2": f"{header}---\n{{{{ question }}}} {{{{ nobody }}}}\n",
        "tested/mine.j2": f"{header}tests: [{{given: {{question: abc}}, has: xyz}}]\n---\n{{{{ question }}}}\n",
        "wordings/chain_of_thought/think.long.j2": LONG,
        "graders.py": "def short(reply, item):\n    return len(reply) < 30\n",
        "joke.txt": "Tell a joke about {topic}, {{politely}}.",
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def label(promptkit: Callable[..., Ran], folder: Path) -> None:
    """Call every reply right."""
    assert promptkit("label", "old", "--export", "replies.csv").code == 0
    with (folder / "replies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{**row, "label": "1"} for row in csv.DictReader(file)]
    with (folder / "labelled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert promptkit("label", "old", "--import", "labelled.csv").code == 0


def correct(promptkit: Callable[..., Ran]) -> None:
    """State what the first reply should have been."""
    with open_run(Path("old")) as run:
        key = next(attempt.reply for attempt in run.attempts())
    assert promptkit("feedback", "old", key, "--dislike", "--correction", "7").code == 0
