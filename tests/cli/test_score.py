"""`promptkit score` and `rescore` on rows that can't be judged, and on replies that hold a text's target."""

import json

import pytest

ROW = {"question": "1 + 1?", "target": "2", "output": "2", "strategy": "direct", "answer_type": "number"}


@pytest.fixture
def rows(tmp_path):
    def write(*changes: dict) -> str:
        path = tmp_path / "rows.jsonl"
        path.write_text("\n".join(json.dumps(ROW | change) for change in changes), "utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("command", ["score", "rescore"])
def test_a_target_that_is_no_answer_is_named_and_the_others_are_judged(command, rows, promptkit):
    result = promptkit(command, rows({}, {"target": "soon"}), "--json")
    assert result.code == 1
    assert "1 row could not be judged and is left out:" in result.err
    assert "line 2: the target 'soon' is not a number" in result.err
    assert '"correct": 1' in result.out


def test_strict_stops_at_a_target_that_is_no_answer(rows, promptkit):
    result = promptkit("score", rows({}, {"target": "soon"}), "--strict")
    assert result.code == 2
    assert result.out == ""


def test_a_reply_that_holds_the_target_without_being_right_is_reported(rows, promptkit):
    text = {"answer_type": "text", "target": "Oslo"}
    result = promptkit(
        "score", rows(text | {"output": "Answer: Bergen, not Oslo"}, text | {"question": "b", "output": "Oslo"})
    )
    assert "direct: 1 reply holds the target without being counted as right; check those." in result.out


def test_thinking_marked_otherwise_is_left_out(rows, promptkit):
    path = rows({"output": "<plan>2</plan>3"}, {"question": "b", "output": "<plan>3</plan>2"})
    result = promptkit("score", path, "--think-tags", "plan", "--json")
    (row,) = result.json["rows"]
    assert (row["correct"], row["wrong"]) == (1, 1)


@pytest.mark.parametrize("command", ["score", "rescore"])
def test_a_batch_of_openai_is_scored_with_the_items_of_a_task(command, tmp_path, promptkit):
    (tmp_path / "sums.csv").write_text("id,question,target\na,1 + 1?,2\nb,2 + 2?,4\n")
    choice = {"message": {"content": "2"}, "finish_reason": "stop"}
    replies = [{"custom_id": name, "response": {"status_code": 200, "body": {"choices": [choice]}}} for name in "abc"]
    (tmp_path / "out.jsonl").write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    refused = promptkit(command, "out.jsonl", "--answer", "number")
    assert "out.jsonl is a batch's output, which has no targets; give the task with its --items" in refused.err
    result = promptkit(command, "out.jsonl", "--items", "sums.csv", "--answer", "number", "--json")
    assert (result.code, '"correct": 1' in result.out, '"wrong": 1' in result.out) == (1, True, True)
    assert "line 3: no item of sums is called 'c'" in result.err


def test_columns_of_another_name_and_what_is_not_used_are_reported(tmp_path, promptkit):
    (tmp_path / "r.csv").write_text("frage;soll;antwort;zeit\n1 + 1?;2;2;7 s\n")
    named = ("--question", "frage", "--target", "soll", "--output", "antwort")
    result = promptkit("score", "r.csv", *named, "--answer", "number", "--json")
    assert (result.code, result.json["rows"][0]["correct"]) == (0, 1)
    assert result.err == "r.csv: columns not used: zeit\n"
