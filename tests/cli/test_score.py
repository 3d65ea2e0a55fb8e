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
    assert "direct: 1 reply holds the target without being counted as right; look at those." in result.out


def test_thinking_marked_otherwise_is_left_out(rows, promptkit):
    path = rows({"output": "<plan>2</plan>3"}, {"question": "b", "output": "<plan>3</plan>2"})
    result = promptkit("score", path, "--think-tags", "plan", "--json")
    (row,) = result.json["rows"]
    assert (row["correct"], row["wrong"]) == (1, 1)
