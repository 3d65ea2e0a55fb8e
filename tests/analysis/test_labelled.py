import pytest

from promptkit.analysis.labelled import labelled
from promptkit.record.labels import Place
from promptkit.stats import accuracy_interval, paired_difference
from tests.analysis.attempts import attempts


def labels_of(strategy, scores, model="openai/mock"):
    return {Place("sums", str(item), strategy, model): score for item, score in enumerate(scores)}


def test_the_scores_of_the_others_are_corrected_by_the_labels():
    found = labelled(attempts("a", "c" * 60), labels_of("a", [1.0] * 15 + [0.0] * 5))
    (one,) = found.strategies
    assert (one.labels, one.difference) == (20, None)
    assert one.accuracy.estimate == pytest.approx(0.75)
    assert one.accuracy.judge_alone == 1.0


def test_differences_are_corrected_on_items_that_are_labelled_for_both():
    both = [*attempts("a", "w" * 60), *attempts("b", "c" * 60)]
    labels = {**labels_of("a", [0.0] * 12), **labels_of("b", [1.0, 0.0] * 6)}
    one = labelled(both, labels).strategies[1]
    assert one.difference.estimate == pytest.approx(0.5)


def test_a_few_labels_correct_nothing():
    (one,) = labelled(attempts("a", "c" * 60), labels_of("a", [1.0] * 9)).strategies
    assert one.accuracy is None


def test_where_everything_is_labelled_only_the_labels_count():
    both = [*attempts("a", "w" * 12), *attempts("b", "c" * 12)]
    labels = {**labels_of("a", [0.0] * 12), **labels_of("b", [1.0] * 9 + [0.0] * 3)}
    first, second = labelled(both, labels).strategies
    assert (first.accuracy.estimate, second.accuracy.estimate, second.accuracy.judge_alone) == (0.0, 0.75, 1.0)
    asked = accuracy_interval([1.0] * 9 + [0.0] * 3)
    assert (second.accuracy.low, second.accuracy.high) == (asked.low, asked.high)
    assert (second.accuracy.labelled, second.accuracy.judged) == (12, 0)
    beside = paired_difference([0.0] * 12, [1.0] * 9 + [0.0] * 3)
    assert (second.difference.estimate, second.difference.low, second.difference.judge_alone) == (0.75, beside.low, 1.0)


def test_agreement_is_that_of_right_and_wrong():
    found = labelled(attempts("a", "cccccwwwww" * 4), labels_of("a", [1, 1, 1, 1, 0, 0, 0, 0, 0, 1] * 2))
    agreement = found.agreement
    assert (agreement.agree.cases, agreement.agree.share) == (20, 0.8)
    assert (agreement.accepts_right.share, agreement.rejects_wrong.share) == (0.8, 0.8)


def test_scores_that_only_guess_are_warned_of():
    guessed = labelled(attempts("a", "cw" * 30), labels_of("a", [1.0, 1.0, 0.0, 0.0] * 6))
    assert "better than chance" in guessed.agreement.warning()
    good = labelled(attempts("a", "cw" * 30), labels_of("a", [1.0, 0.0] * 10))
    assert good.agreement.warning() == ""
    one_sided = labelled(attempts("a", "c" * 30), labels_of("a", [1.0] * 20))
    assert "no reply was labelled wrong" in one_sided.agreement.warning()


def test_only_the_first_draw_of_an_item_is_looked_at():
    found = labelled(attempts("a", "cw" * 30, replicates=2), labels_of("a", [1.0] * 20))
    assert found.strategies[0].accuracy.judge_alone == 1.0
