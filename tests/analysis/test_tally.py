from promptkit.analysis.tally import Tally
from tests.analysis.attempts import attempts


def tallied(outcomes, **more):
    tally = Tally()
    for attempt in attempts("a", outcomes, **more):
        tally.add(attempt)
    return tally


def test_repetitions_of_an_item_are_averaged_before_items_are():
    assert tallied("ccccwwwc", replicates=4).accuracy() == (1 + 0.25) / 2


def test_what_could_not_be_judged_is_no_score_and_bounds_the_accuracy():
    tally = tallied("cwem")
    assert (tally.attempts, tally.judged_attempts, tally.items, tally.judged()) == (4, 2, 4, ["0", "1"])
    assert tally.accuracy() == 0.5
    assert tally.bounds() == (0.25, 0.75)


def test_failures_can_be_taken_as_right_or_as_wrong():
    tally = tallied("ceew", replicates=2)
    assert list(tally.had_failures_been(right=True).means(["0", "1"])) == [1, 0.5]
    assert list(tally.had_failures_been(right=False).means(["0", "1"])) == [0.5, 0]
    assert list(tally.means(["0", "1"])) == [1, 0]


def test_an_attempt_that_was_not_judged_takes_no_time():
    assert tallied("cw", seconds=2).mean_seconds == 2
    tally = tallied("c", seconds=2)
    for attempt in attempts("a", "e", seconds=100):
        tally.add(attempt)
    assert tally.mean_seconds == 2
    assert tallied("e").mean_seconds is None


def test_items_are_shared_where_both_have_a_score():
    numbers = {}
    ours, theirs = Tally(numbers), Tally(numbers)
    for tally, outcomes in ((ours, "cwec"), (theirs, "ec")):
        for attempt in attempts("a", outcomes):
            tally.add(attempt)
    assert ours.shared(theirs) == ["1"]


def test_an_item_without_a_cluster_is_its_own():
    tally = tallied("cccc", cluster=2)
    assert tally.cluster_of(["0", "1", "2"]) == ["0", "0", "1"]
    assert tallied("cc").cluster_of(["0", "1"]) is None
