import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_a_commit_is_one_wording_of_a_comparison(history, promptkit, openai):
    replies = {"one": "The answer is 24.", "three": "The answer is 25."}
    openai.answer = lambda turns: next((a for word, a in replies.items() if word in turns[-1]["content"]), "?")
    (history / "q.jsonl").write_text('{"question": "What is 4 x 6?", "target": "24"}\n')
    task = ("q.jsonl", "--answer", "number", "-m", "openai/mock", "--templates", "mine", "--run", "r")
    ran = promptkit("bench", *task, "-s", "cot,cot@HEAD~1", "--json")
    assert ran.code == 0, ran.err
    assert {row["strategy"]: row["accuracy"] for row in ran.json["rows"]} == {"cot": 0.0, "cot@HEAD~1": 1.0}
    asked = len(openai.requests)
    subprocess.run(["git", "-C", str(history), "commit", "-qam", "three"], check=True, capture_output=True)
    moved = promptkit("resume", "r")
    assert (moved.code, len(openai.requests)) == (2, asked)
    assert "another wording of chain_of_thought/think.HEAD~1" in moved.err
    assert promptkit("resume", "r", "--wording", "recorded").code == 0


def test_a_single_question_can_be_asked_as_it_was(history, promptkit, openai):
    shown = promptkit("preview", "Why?", "-s", "cot@HEAD~1", "--templates", "mine")
    assert "Why? one" in shown.out
