"""Graders on the command line: by path, with trust, and over recorded replies."""

import json

import pytest

MINE = """
from promptkit import Score
def polite(reply, item):
    return Score(0.75 if "24" in reply else 0.0, "because")
def strict(reply, item):
    return reply == "nothing like that"
async def fails(reply, item):
    raise ValueError("no idea")
"""


@pytest.fixture
def mine(tmp_path, openai, monkeypatch):
    import sys

    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"question": f"{i}?", "target": "24"}) + "\n" for i in "abc"))
    yield openai
    sys.modules.pop("mine", None)


BENCH = ("bench", "t.jsonl", "-m", "openai/m", "-s", "direct,cot", "--run", "r")


def test_a_grader_in_a_file_of_the_folder_grades_a_run(promptkit, mine):
    done = promptkit(*BENCH, "--grader", "mine:polite", "--grader", "mine:strict", "--json")
    assert done.code == 0
    assert [row["accuracy"] for row in done.json["rows"]] == [0.75, 0.75]
    assert (done.json["metric"], list(done.json["metrics"])) == ("mine:polite", ["mine:strict"])
    shown = promptkit("resume", "r", "--trust")
    assert "graded by mine:polite" in shown.out
    assert "mean score" in shown.out
    assert "graded by mine:strict" in shown.out


def test_a_record_that_names_a_grader_is_not_trusted_by_itself(promptkit, mine):
    assert promptkit(*BENCH, "--grader", "mine:polite").code == 0
    refused = promptkit("resume", "r")
    assert (refused.code, "add --trust" in refused.err) == (2, True)
    assert promptkit("choose", "r").code == 0
    assert promptkit("report", "r").code == 0


def test_a_grader_that_fails_ends_in_one_line_and_exit_code_1(promptkit, mine):
    done = promptkit(*BENCH, "--grader", "mine:fails")
    assert done.code == 1
    assert "direct: 3 replies were not graded: mine:fails failed with ValueError: no idea" in done.out
    assert "incomplete: 6 replies were not graded; grade the recorded replies again" in done.err


def test_a_recorded_run_is_graded_by_another_grader_without_asking(promptkit, mine):
    assert promptkit(*BENCH, "--answer", "number").code == 0
    asked = len(mine.requests)
    done = promptkit("rescore", "r", "--grader", "mine:polite", "--json")
    assert (done.code, len(mine.requests)) == (0, asked)
    assert [row["accuracy"] for row in done.json["rows"]] == [0.75, 0.75]
    assert "No verdict changes." in promptkit("rescore", "r", "--grader", "mine:strict").out
    assert promptkit("rescore", "r", "--grader", "mine:fails").code == 1
    unchanged = promptkit("resume", "r", "--json").json
    assert [row["accuracy"] for row in unchanged["rows"]] == [1, 1]


def test_recorded_outputs_are_graded(promptkit, mine, tmp_path):
    rows = [{"question": "a?", "target": "24", "output": "It is 24.", "strategy": s} for s in ("one", "two")]
    (tmp_path / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = promptkit("score", "o.jsonl", "--grader", "mine:polite", "--json")
    assert (done.code, [row["accuracy"] for row in done.json["rows"]]) == (0, [0.75, 0.75])


@pytest.mark.parametrize("target", [{}, {"target": None}, {"target": []}, {"target": ""}])
@pytest.mark.parametrize("more", [(), ("--answer", "number")])
def test_recorded_outputs_without_a_target_are_graded(promptkit, mine, tmp_path, target, more):
    rows = [{"question": "a?", **target, "output": "It is 24.", "strategy": s} for s in ("one", "two")]
    (tmp_path / "o.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = promptkit("score", "o.jsonl", "--grader", "mine:polite", *more, "--json")
    assert (done.code, [row["accuracy"] for row in done.json["rows"]]) == (0, [0.75, 0.75]), done.err


def test_a_table_of_questions_and_outputs_alone_is_graded(promptkit, mine, tmp_path):
    (tmp_path / "o.csv").write_text("Question;Response;strategy\na?;It is 24.;one\nb?;;one\n")
    done = promptkit("score", "o.csv", "--output", "Response", "--grader", "mine:polite", "--json")
    assert (done.code, [row["n"] for row in done.json["rows"]]) == (1, [1]), done.err
    assert "it has no output" in done.err


def test_replies_of_a_batch_are_graded_with_questions_that_have_no_targets(promptkit, mine, tmp_path):
    (tmp_path / "q.csv").write_text("id,question\nq1,How far?\n")
    body = {"model": "m", "choices": [{"message": {"content": "It is 24."}, "finish_reason": "stop"}]}
    line = {"custom_id": "q1", "response": {"status_code": 200, "body": body}}
    (tmp_path / "batch.jsonl").write_text(json.dumps(line) + "\n")
    done = promptkit("score", "batch.jsonl", "--items", "q.csv", "--grader", "mine:polite", "--json")
    assert (done.code, [row["accuracy"] for row in done.json["rows"]]) == (0, [0.75]), done.err


def test_outputs_of_promptfoo_without_a_right_answer_are_graded(promptkit, mine, tmp_path):
    result = {
        "testIdx": 0,
        "prompt": {"raw": "Be polite."},
        "provider": {"id": "m"},
        "response": {"output": "It is 24."},
        "testCase": {"assert": [{"type": "llm-rubric", "value": "polite"}]},
    }
    (tmp_path / "out.json").write_text(json.dumps({"evalId": "e", "results": {"version": 3, "results": [result]}}))
    done = promptkit("score", "out.json", "--grader", "mine:polite", "--json")
    assert (done.code, [row["accuracy"] for row in done.json["rows"]]) == (0, [0.75]), done.err


def test_why_no_row_can_be_graded_is_told(promptkit, mine, tmp_path):
    (tmp_path / "o.jsonl").write_text('{"question": "a?"}\n')
    done = promptkit("score", "o.jsonl", "--grader", "mine:polite")
    assert done.code == 2
    assert "line 1: it has no output" in done.err
    assert "there is no reply to grade" in done.err


@pytest.mark.parametrize("name", ["mine:nothing", "nowhere:f", "nothing"])
def test_a_grader_that_is_not_there_is_found_before_anything_is_asked(promptkit, mine, name):
    done = promptkit(*BENCH, "--grader", name)
    assert (done.code, len(mine.requests), done.err.count("\n")) == (2, 0, 1)


def test_flips_does_not_read_what_a_grader_judged(promptkit, mine):
    assert promptkit(*BENCH[:4], "-s", "cot+reflect", "--run", "r", "--grader", "mine:polite").code == 0
    done = promptkit("flips", "r")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert promptkit("report", "r").code == 0


def test_a_file_of_questions_alone_is_graded_and_reported(promptkit, mine, tmp_path):
    (tmp_path / "q.csv").write_text("question\nHow do I pay?\nWhere is it?\n")
    assert promptkit("bench", "q.csv", *BENCH[2:], "--grader", "mine:polite").code == 0
    assert promptkit("report", "r").code == 0
    assert promptkit("rescore", "r", "--grader", "mine:strict").code == 0
    refused = promptkit("rescore", "r")
    assert refused.code == 2
    assert "has no target to read answers by; its replies are scored by a --grader" in refused.err


def test_a_check_by_a_grader_needs_no_targets(promptkit, mine, tmp_path):
    (tmp_path / "q.csv").write_text("question\nHow do I pay?\n")
    refused = promptkit("task", "check", "q.csv")
    assert refused.code == 2
    assert "name one by --target, or score replies by a --grader" in refused.err
    done = promptkit("task", "check", "q.csv", "--grader", "mine:polite")
    assert done.code == 0
    assert "── item 2 ──" in done.out  # by its line, without a target
