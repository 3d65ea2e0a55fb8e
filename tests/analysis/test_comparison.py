from promptkit.analysis.summary import summarize
from promptkit.analysis.verdicts import explained
from promptkit.outcomes import Attempt
from tests.analysis.attempts import attempts as letters
from tests.analysis.attempts import counted


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
    assert f"not enough data to tell: p = {told.p_holm:.4f}, adjusted for the other comparisons (" in told.sentence()
    assert explained(told) == f"? not enough data (p = {told.p_holm:.4f} adjusted)"
    assert "more items would be enough" in told.sentence()


def test_an_interval_that_excludes_0_without_a_verdict_has_its_p_beside_it():
    (told,) = summarize([*attempts("a", "direct", [0] * 9), *attempts("a", "cot", [1] * 5 + [0] * 4)]).comparisons
    assert (told.verdict, told.p > 0.05, told.low > 0) == ("not_enough_data", True, True)
    assert f"not enough data to tell: p = {told.p:.4f} (" in told.sentence()


def test_a_win_that_unreadable_answers_could_undo_is_fragile():
    lost = [Attempt("a", "direct", "m", str(i), "unparsed") for i in range(30)]
    won = attempts("a", "cot", [1] * 30)
    (told,) = summarize([*lost, *won]).comparisons
    assert told.verdict == "better"
    assert told.fragile
    assert "unreadable answers could decide it" in told.sentence()
    (clear,) = summarize([*attempts("a", "direct", [0] * 30), *won]).comparisons
    assert not clear.fragile


def test_items_of_one_cluster_make_the_interval_wider():
    """The same outcomes: five items to a cluster, which succeed and fail together, are worth fewer items."""
    better = ("c" * 5 + "w" * 5) * 8
    (apart,) = counted(letters("direct", "w" * 80), letters("cot", better)).summary().comparisons
    (together,) = (
        counted(letters("direct", "w" * 80, cluster=5), letters("cot", better, cluster=5)).summary().comparisons
    )
    assert apart.difference == together.difference == 0.5
    assert together.high - together.low > 1.5 * (apart.high - apart.low)
    assert together.p > apart.p


def test_a_run_that_was_stopped_when_decided_has_intervals_that_hold_at_any_time():
    found = counted(letters("direct", "w" * 40), letters("cot", "c" * 40))
    order = {"sums": {str(i): i for i in range(40)}}
    (fixed,), (anytime,) = found.summary().comparisons, found.summary(fed=order).comparisons
    assert anytime.low < fixed.low
    assert anytime.p_holm == anytime.p > fixed.p


def test_the_sentence_has_the_verdict_the_difference_and_how_sure_it_is():
    (won,) = counted(letters("direct", "w" * 30), letters("cot", "c" * 30)).summary().comparisons
    assert won.sentence() == (
        f"cot is better than direct: +100.0 points, 95 % interval +{100 * won.low:.1f} … +100.0, p < 0.0001 adjusted."
    )
    (alike,) = counted(letters("direct", "cw" * 40), letters("cot", "cw" * 40)).summary(margin=0.2).comparisons
    assert alike.sentence() == (
        "cot and direct differ by no more than 4.6 points: +0.0 points, 95 % interval −4.6 … +4.6."
    )
    (open_,) = counted(letters("direct", "cwcw" * 5), letters("cot", "ccww" * 5)).summary().comparisons
    assert "not enough data to tell (+0.0 points, 95 % interval −" in open_.sentence()


def test_how_many_items_would_be_enough_is_told_with_what_they_would_show():
    (alike,) = counted(letters("direct", "cwcw" * 5), letters("cot", "ccww" * 5)).summary().comparisons
    enough = (
        f"; about {alike.items_needed:,} items would be enough to show that they differ by no more than 2.0 points."
    )
    assert alike.sentence().endswith(enough)
    (apart,) = counted(letters("direct", "cwcw" * 5), letters("cot", "ccwwc" * 4)).summary().comparisons
    enough = f"; about {apart.items_needed:,} items would be enough to show such a difference."
    assert apart.sentence().endswith(enough)
    assert (alike.nearer_equivalence, apart.nearer_equivalence) == (True, False)


def test_from_a_handful_of_items_no_more_are_planned():
    (few,) = counted(letters("direct", "cww"), letters("cot", "ccw")).summary().comparisons
    assert few.items_needed is None
    assert few.sentence().endswith("; 3 items are too few to tell how many would be enough.")
    assert explained(few) == "? not enough data"
    (one,) = counted(letters("direct", "c"), letters("cot", "c")).summary().comparisons
    assert one.sentence().endswith("; 1 item is too few to tell how many would be enough.")


def test_whether_a_win_is_fragile_is_asked_of_clusters_too():
    """Were its unreadable replies right, the loser would have lost three clusters of eight, which may be chance."""
    lost, won = "w" * 15 + "u" * 25, "c" * 40
    (apart,) = counted(letters("direct", lost), letters("cot", won)).summary().comparisons
    (together,) = counted(letters("direct", lost, cluster=5), letters("cot", won, cluster=5)).summary().comparisons
    assert (apart.verdict, together.verdict) == ("better", "better")
    assert (apart.fragile, together.fragile) == (False, True)
