import json

import pytest

from promptkit.analysis.curve import curves, draws_in_files
from promptkit.analysis.recorded import Reading
from promptkit.stats import RecordedDraws

GROUP = ("sums", "vote", "m")


def test_a_curve_has_the_expected_accuracy_of_every_number_of_draws():
    (curve,) = curves((GROUP, RecordedDraws((0, 0, 1), {0})) for _ in range(9))
    assert (curve.task, curve.strategy, curve.model, curve.items) == (*GROUP, 9)
    assert [p.draws for p in curve.points] == [1, 2, 3]
    assert [p.accuracy for p in curve.points] == pytest.approx([2 / 3, 2 / 3, 1])


def test_items_drawn_once_have_no_curve():
    assert curves([(GROUP, RecordedDraws((0,), {0}))]) == ()


def test_draws_of_a_file_are_read_as_its_rows_are(tmp_path):
    path = tmp_path / "r.jsonl"
    outputs = ["It is 24.", "no idea", "24", "The answer is 7.", None]
    path.write_text(json.dumps({"question": "?", "target": "24", "outputs": outputs, "strategy": "s", "task": "t"}))
    ((group, drawn),) = draws_in_files([path], Reading(answer="number"))
    assert group == ("t", "s", "unknown")
    right, none, again, wrong = drawn.answers
    assert (none, right) == (None, again)
    assert wrong not in drawn.right
    assert drawn.right == {right}
