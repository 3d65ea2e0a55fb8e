"""`promptkit examples bootstrap`, and runs that show what it made."""

import json

import pytest


@pytest.fixture
def sums(tmp_path, openai):
    rows = [{"question": f"What is {n} plus {n}?", "target": 2 * n, "split": "train"} for n in range(1, 7)]
    rows += [{"question": f"What is {n} plus 1?", "target": n + 1} for n in (20, 23)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    openai.answer = lambda turns: "I count on my fingers. That makes 4.\nThe answer is 4."
    return ("sums.jsonl", "--answer", "number", "-m", "openai/mock")


def test_a_run_shows_what_was_made_of_right_replies(promptkit, sums, openai, tmp_path):
    made = promptkit("examples", "bootstrap", *sums, "-n", "1", "--output", "made.jsonl")
    assert made.code == 0, made.err
    assert "made.jsonl: 1 examples; train questions asked 6, answered right 1" in made.err
    assert "it took 6 calls" in made.err
    assert "6 are new" in made.err
    assert json.loads((tmp_path / "made.jsonl").read_text()) == {
        "question": "What is 2 plus 2?",
        "answer": "4",
        "reasoning": "I count on my fingers. That makes 4.",
    }
    spec = "few-shot(examples=made.jsonl)+cot"
    ran = promptkit("bench", *sums, "-s", f"cot,{spec}", "--run", "r", "--json")
    assert ran.code == 0, ran.err
    shown = [[turn["content"] for turn in sent.body["messages"]] for sent in openai.requests]
    assert any(turns[:2] == ["What is 2 plus 2?", "I count on my fingers. That makes 4.\n4"] for turns in shown)


def test_the_same_command_pays_for_no_call_twice(promptkit, sums, openai, tmp_path):
    command = ("examples", "bootstrap", *sums, "-n", "1", "--output", "made.jsonl", "--json")
    assert promptkit(*command, "--max-calls", "4").code == 1
    again = promptkit(*command)
    assert (again.code, again.json["usage"]["calls"], again.json["paid"]["calls"]) == (0, 6, 2)
    assert "made.jsonl exists" in promptkit(*command).err


def test_when_too_few_are_right_the_others_are_kept_and_the_exit_code_is_1(promptkit, sums, tmp_path):
    made = promptkit("examples", "bootstrap", *sums, "-n", "3", "--output", "made.jsonl")
    assert made.code == 1
    assert "3 were wanted and no train row is left" in made.err
    assert len((tmp_path / "made.jsonl").read_text().splitlines()) == 1


def test_what_can_not_be_made_is_told_before_anything_is_sent(promptkit, sums, openai, tmp_path):
    (tmp_path / "bare.jsonl").write_text('{"question": "1 + 1?", "target": 2}\n', encoding="utf-8")
    bare = promptkit("examples", "bootstrap", "bare.jsonl", "--answer", "number", "--output", "made.jsonl")
    assert (bare.code, "has no train rows" in bare.err) == (2, True)
    same = promptkit("examples", "bootstrap", *sums, "--draws", "3", "--temperature", "0", "--output", "made.jsonl")
    assert (same.code, "give --temperature" in same.err) == (2, True)
    missing = promptkit("bench", *sums, "-s", "few-shot(examples=nowhere.jsonl)", "--run", "r")
    assert (missing.code, "the file of examples nowhere.jsonl does not exist" in missing.err) == (2, True)
    assert openai.requests == []


def test_a_function_of_embeddings_is_named_on_the_command_line(promptkit, sums, tmp_path):
    (tmp_path / "lengths_of_texts.py").write_text("def embed(texts):\n    return [(len(t), 1.0) for t in texts]\n")
    spec = "few-shot(select=nearest,n=2,embed=lengths_of_texts:embed)"
    ran = promptkit("bench", *sums, "-s", spec, "--run", "r")
    assert ran.code == 0, ran.err
