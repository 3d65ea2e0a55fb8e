import json

import pytest

from promptkit.analysis.recorded import Reading
from promptkit.analysis.rescore import audit, rejudge_files, rejudge_run
from promptkit.errors import UsageError
from promptkit.record.reader import open_run
from tests.record.runs import old_run


def recorded(tmp_path, *rows):
    path = tmp_path / "r.jsonl"
    asked = {"question": "?", "target": "24", "answer_type": "number", "task": "t"}
    path.write_text("".join(json.dumps({**asked, "item": str(i), **row}) + "\n" for i, row in enumerate(rows)))
    return path


def test_strict_accepts_announced_answers_only(tmp_path):
    path = recorded(tmp_path, {"output": "They have 24 legs."}, {"output": "The answer is 24."}, {"output": "nothing"})
    judged = list(rejudge_files([path]))
    assert [r.lenient.outcome for r in judged] == ["correct", "correct", "unparsed"]
    assert [r.strict.outcome for r in judged] == ["unparsed", "correct", "unparsed"]
    assert [r.disagrees for r in judged] == [True, False, False]


def test_what_readings_disagree_on_is_handed_out_in_order_and_counted(tmp_path):
    path = recorded(tmp_path, {"output": "It has 24."}, {"output": "The answer is 24."}, {"output": "About 24, no?"})
    seen = []
    found = audit(rejudge_files([path]), disagreed=seen.append)
    assert (found.total, found.disagreements) == (3, len(seen))
    assert [r.lenient.item for r in seen] == sorted(r.lenient.item for r in seen)
    assert set(found.summaries) == {"strict", "lenient"}


def test_the_sources_verdict_is_a_reading_of_its_own_where_there_is_one(tmp_path):
    rows = [{"output": "24", "official_correct": False, "strategy": s} for s in ("a", "b")]
    found = audit(rejudge_files([recorded(tmp_path, *rows)]))
    assert [row.accuracy for row in found.summaries["source"].rows] == [0, 0]
    assert [row.accuracy for row in found.summaries["lenient"].rows] == [1, 1]


def test_of_several_draws_the_sources_verdict_is_nobodys_own(tmp_path):
    found = audit(rejudge_files([recorded(tmp_path, {"outputs": ["24", "7"], "official_correct": True})]))
    assert "source" not in found.summaries


def test_a_conclusion_that_changes_is_named(tmp_path):
    rows = [
        {"output": said, "strategy": s, "item": str(i)}
        for i in range(40)
        for s, said in (("direct", "The answer is 7."), ("cot", "There are 3, so they have 24."))
    ]
    (flip,) = audit(rejudge_files([recorded(tmp_path, *rows)])).flips
    assert (flip.reading, flip.comparison.verdict, flip.lenient.verdict) == ("strict", "not_enough_data", "better")


def test_a_run_is_read_as_it_was_or_as_another_kind(tmp_path):
    with open_run(old_run(tmp_path / "run")) as run:
        as_it_was = {(r.lenient.strategy, r.lenient.item): r for r in rejudge_run(run)}
        for attempt in run.attempts():
            if attempt.reply:
                assert as_it_was[attempt.strategy, attempt.item].lenient.outcome == attempt.outcome
        assert {r.lenient.outcome for r in rejudge_run(run, Reading(answer="exact"))} <= {"wrong", "correct"}


def test_nothing_to_judge_is_a_mistake():
    with pytest.raises(UsageError, match="there is no reply to judge again"):
        audit([])
