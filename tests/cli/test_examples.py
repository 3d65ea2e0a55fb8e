"""`promptkit examples bootstrap`, and runs that show what it made."""

import json
from pathlib import Path

import pytest

from tests.json_page import faults


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
    assert "made.jsonl: 1 example; train questions asked 6, answered right 1" in made.err
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


MADE = "few-shot(select=bootstrapped,n=1)+cot"
BEFORE = f"{MADE}: +6 calls once ("


def test_a_run_makes_its_examples_itself_and_tells_what_that_took(promptkit, sums, openai, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    ran = promptkit("bench", *sums, "-s", f"cot,{MADE}", "--run", "r")
    assert ran.code == 0, ran.err
    assert BEFORE in ran.out
    assert "for 1 example from 6 train questions, of which 1 was answered right." in ran.out
    assert len(openai.requests) == 6 + 2 * 2
    again = promptkit("resume", "r", "--json")
    assert list(faults(again.json, "bench")) == []
    assert (again.json["prepared"][0]["calls_paid"], again.json["rows"][1]["calls"]) == (6, 2)
    assert len(openai.requests) == 10
    page = promptkit("report", "r", "--format", "md", "--output", "r.md")
    assert page.code == 0, page.err
    assert BEFORE in Path("r.md").read_text(encoding="utf-8")


def test_what_it_takes_is_shown_by_a_dry_run_as_an_upper_bound(promptkit, sums, openai, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    command = ("bench", *sums, "-s", f"cot,{MADE}", "--max-tokens", "50", "--dry-run")
    planned = promptkit(*command)
    assert f"{MADE}: at most 6 calls more, once, to make its examples (" in planned.out
    assert "4 … 10" in planned.out
    assert "at most 10 calls" in planned.out
    found = promptkit(*command, "--json").json
    assert list(faults(found, "bench --dry-run")) == []
    assert (found["forecast"][1]["once"]["calls"], found["at_most"]["calls"]) == (6, 10)
    assert openai.requests == []


def test_a_run_that_reaches_its_limit_goes_on_and_pays_for_nothing_twice(promptkit, sums, openai):
    assert promptkit("bench", *sums, "-s", MADE, "--run", "r", "--max-calls", "4").code == 1
    assert len(openai.requests) == 4
    assert promptkit("resume", "r").code == 0
    assert len(openai.requests) == 6 + 2


def test_where_no_train_question_is_answered_right_the_others_are_run_and_that_is_told(
    promptkit, sums, openai, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "300")
    openai.answer = lambda turns: "Hm. The answer is 99."
    ran = promptkit("bench", *sums, "-s", f"cot,{MADE}", "--run", "r")
    assert (ran.code, len(openai.requests)) == (1, 6 + 2)
    assert f"{MADE} was not run: none of the 6 train questions of sums was answered right" in ran.out
    assert "incomplete: a strategy was not run for want of examples" in ran.err
    assert promptkit("resume", "r", "--json").json["prepared"][0]["ended"].startswith("none of the 6 train questions")
    assert len(openai.requests) == 6 + 2


def test_where_no_train_question_is_answered_right_and_nothing_else_is_run_no_item_is_asked(promptkit, sums, openai):
    openai.answer = lambda turns: "Hm. The answer is 99."
    ran = promptkit("bench", *sums, "-s", MADE, "--run", "r")
    assert (ran.code, len(openai.requests)) == (2, 6)
    assert "none of the 6 train questions of sums was answered right by openai/mock" in ran.err
    assert "Traceback" not in ran.err
    assert "resume" not in ran.err, "it would mend nothing"
    other = promptkit("bench", *sums, "-s", "cot", "--run", "r", "--json")
    assert (other.code, other.json["rows"][0]["calls"], "prepared" in other.json) == (0, 2, False)


def test_what_does_not_go_with_made_examples_is_one_line(promptkit, sums, openai):
    for more in (("--batch",), ("--example-sets", "2"), ("--grader", "operator:eq")):
        refused = promptkit("bench", *sums, "-s", MADE, "--run", "r", *more)
        assert (refused.code, f"can't be combined with {more[0]}," in refused.err) == (2, True), refused.err
    for command in (("ask", "1 + 1?", "-m", "openai/mock"), ("preview", "1 + 1?")):
        refused = promptkit(*command, "--strategy", MADE)
        assert (refused.code, "`promptkit examples bootstrap" in refused.err) == (2, True), refused.err
        assert len(refused.err.splitlines()) == 1
    assert openai.requests == []
