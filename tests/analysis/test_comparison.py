from promptkit.analysis.summary import summarize
from promptkit.outcomes import Attempt


def attempts(task, strategy, scores):
    return [Attempt(task, strategy, "m", str(i), "correct" if s else "wrong") for i, s in enumerate(scores)]


def test_the_comparisons_on_one_task_are_one_family():
    wrong, right = [0] * 20, [1] * 6 + [0] * 14
    one = [*attempts("a", "direct", wrong), *attempts("a", "cot", right)]
    two = [*one, *attempts("a", "plan", right)]
    elsewhere = [*attempts("b", "direct", wrong), *attempts("b", "cot", right)]
    (alone,) = summarize(one).comparisons
    both = summarize([*two, *elsewhere]).comparisons
    assert alone.p == alone.p_holm
    assert [round(c.p_holm / c.p, 6) for c in both] == [2, 2, 1]


def test_what_only_the_adjustment_keeps_from_being_told_is_said_so():
    wrong, right = [0] * 20, [1] * 6 + [0] * 14
    many = [attempts("a", "direct", wrong), *(attempts("a", f"s{i}", right) for i in range(4))]
    told = summarize([a for group in many for a in group]).comparisons[0]
    assert told.p < 0.05 < told.p_holm
    assert "adjusted for the other comparisons" in told.sentence()
    assert "more items would" in told.sentence()


def test_a_win_that_unreadable_answers_could_undo_is_fragile():
    lost = [Attempt("a", "direct", "m", str(i), "unparsed") for i in range(30)]
    won = attempts("a", "cot", [1] * 30)
    (told,) = summarize([*lost, *won]).comparisons
    assert told.verdict == "better"
    assert told.fragile
    assert "unreadable answers could decide it" in told.sentence()
    (clear,) = summarize([*attempts("a", "direct", [0] * 30), *won]).comparisons
    assert not clear.fragile
