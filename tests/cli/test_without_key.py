"""A command that could ask nothing, since a hosted model has no key, leaves nothing behind."""

import json

import pytest

HOSTED = ("-m", "openai/gpt-4o")
JUDGE = "judge(model=openai/gpt-4o,rubric=good)"
COMMANDS = {
    "bench": ("bench", "sums.jsonl", "-s", "direct,cot", *HOSTED),
    "bench by a judge": ("bench", "sums.jsonl", "-s", "direct", "--grader", JUDGE),
    "bench with a critic": ("bench", "sums.jsonl", "-s", "reflect(critic=openai/gpt-4o)"),
    "ablate": ("ablate", "sums.jsonl", "-s", "cot@zh-Hant", *HOSTED),
    "optimize": ("optimize", "sums.jsonl", "-s", "cot", *HOSTED),
    "optimize by a reflection": ("optimize", "sums.jsonl", "-s", "cot", "--reflection-model", "openai/gpt-4o"),
    "examples bootstrap": ("examples", "bootstrap", "sums.jsonl", "-o", "made.jsonl", *HOSTED),
    "examples bootstrap with a critic": (
        *("examples", "bootstrap", "sums.jsonl", "-o", "made.jsonl"),
        *("-s", "cot+reflect(critic=openai/gpt-4o)"),
    ),
}


@pytest.fixture
def here(tmp_path):
    rows = [{"question": f"What is {n} + 20?", "target": str(n + 20), "split": "test"} for n in range(30)]
    rows += [{"question": f"What is {n} + 70?", "target": str(n + 70), "split": "train"} for n in range(30)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_without_a_key_leaves_nothing(promptkit, here, name):
    ran = promptkit(*COMMANDS[name], "--answer", "number")
    assert ran.code == 2
    assert "OPENAI_API_KEY is not set" in ran.err
    assert [file.name for file in here.iterdir()] == ["sums.jsonl"]


@pytest.mark.parametrize("more", [(), ("--pair", "direct,cot")])
def test_judging_without_a_key_leaves_the_run_as_it_was(promptkit, openai, here, more, monkeypatch):
    run = ("bench", "sums.jsonl", "--answer", "number", "-s", "direct,cot", "-m", "openai/mock", "--run", "r")
    assert promptkit(*run, "--limit", "4").code == 0
    before = sorted(file.name for file in (here / "r").iterdir())
    judge = ("judge", "r", "-m", "openai/judge", "--rubric", "good", *more)
    monkeypatch.delenv("OPENAI_API_KEY")
    ran = promptkit(*judge)
    assert (ran.code, "OPENAI_API_KEY is not set" in ran.err) == (2, True)
    assert sorted(file.name for file in (here / "r").iterdir()) == before


def test_what_was_judged_is_shown_without_a_key(promptkit, openai, here, monkeypatch):
    run = ("bench", "sums.jsonl", "--answer", "number", "-s", "direct,cot", "-m", "openai/mock", "--run", "r")
    assert promptkit(*run, "--limit", "4").code == 0
    openai.answer = lambda turns: "Score: 1"
    judge = ("judge", "r", "-m", "openai/judge", "--rubric", "good")
    assert promptkit(*judge).code == 0
    monkeypatch.delenv("OPENAI_API_KEY")
    assert promptkit(*judge).code == 0
