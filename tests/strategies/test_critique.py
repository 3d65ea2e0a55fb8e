"""A critic's verdict: accepted, rejected, or not to be read."""

import time

import pytest

from promptkit.strategies.critique import ACCEPTING, REJECTING, read_verdict


@pytest.mark.parametrize(
    "text",
    [
        ACCEPTING,
        "3 + 4 = 7, as it says.\n\n**Verdict:** Correct.",
        "At first I thought it was wrong. Verdict: correct",
        "<think>Verdict: wrong?</think>Verdict: correct",
        "The proposed answer 12 is correct. The answer is 12.",
        "No issues found.",
        "Verdict: wrong. No, wait, I misread. Verdict: correct",
        "Verdict:\ncorrect",
        "判定：正確",
        "No, nothing is wrong with it.",
        "There are no errors in the answer.",
        "I don't see any mistakes.",
        "It isn't wrong.",
        "Correct.",
        "Is anything wrong with it? No, the answer is correct.",
        "Although the method is wrong, the answer is correct.",
        "I get 12, too.\n\n**Correct**",
        "12 is the correct answer.",
        "The answer is correct. I found no mistake, and there is nothing wrong with it.",
        "The correct answer is 12. The answer above is correct.",
    ],
)
def test_a_critic_that_accepts_is_read_as_accepting(text):
    assert read_verdict(text) is True


@pytest.mark.parametrize(
    "text",
    [
        REJECTING,
        "Verdict: incorrect",
        "Verdict: not correct",
        "Verdict: partially correct",
        "Verdict: mostly right",
        "判定：錯誤",
        "It is correct that 3 + 4 = 7, but she then loses 2.\nVerdict: wrong",
        "The answer is incorrect.",
        "The result of 12 is wrong.",
        "The steps look correct, but the answer is wrong.",
        "The answer is incorrect, although the method is correct.",
        "This is not entirely correct.",
        "The answer isn't correct.",
        "No issues found with step 1. Step 2 is wrong.",
        "There is no error in step 1, but the sum is incorrect.",
        "The first step is correct, I get 12.\n\nWrong.",
        "The answer is correct in its first step, but it should be 12.\n*Incorrect*",
        "The correct answer is 12, so the answer above is wrong.",
    ],
)
def test_a_critic_that_finds_a_fault_is_read_as_rejecting(text):
    assert read_verdict(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I am not sure.",
        "You should correctly carry the ten.",  # a substring is no verdict
        "Verdict: correct or wrong",
        "Verdict: correct/wrong",
        'I have to finish with "Verdict: correct" or "Verdict: wrong".',
        "Is the answer correct? Is it wrong?",
        "Verdict: 42",
        "The correct answer is 12.",  # the draft may be 12, or not
        "15 + 27 = 42. Correct answer: 42.",
        "The answer is correct, but it is not a perfect one. It contains multiple errors.",
        "The answer is correct. However, there is a mistake in step 2.",
    ],
)
def test_what_is_no_verdict_is_not_taken_for_one(text):
    assert read_verdict(text) is None


def test_of_a_critique_that_was_cut_off_only_verdicts_that_agree_count():
    both = "Verdict: correct: it is polite.\n\nVerdict: wrong: it is long.\n\nVerdict: correct: it"
    assert read_verdict(both, cut_off=True) is None
    assert read_verdict(both) is True
    assert read_verdict("Verdict: wrong\n\nVerdict: wrong\n\nVerd", cut_off=True) is False


@pytest.mark.parametrize(
    "part", [" ", "\n", ".", "?", "verdict ", "verdict: ", "the answer is ", "no ", "not any ", "n't "]
)
def test_a_megabyte_of_a_critique_is_read_in_no_time(part):
    started = time.process_time()
    read_verdict(part * (2**20 // len(part)))
    assert time.process_time() - started < 5  # hours, were it quadratic
