import pytest

from promptkit.strategies import critique


@pytest.mark.parametrize(
    "text",
    [
        critique.ACCEPTING,
        "3 + 4 = 7, as it says.\n\n**Verdict:** Correct.",
        "At first I thought it was wrong. Verdict: correct",
        "<think>Verdict: wrong?</think>Verdict: correct",
        "The proposed answer 12 is correct. The answer is 12.",
        "No issues found.",
        "Verdict: wrong. No, wait, I misread. Verdict: correct",
    ],
)
def test_a_critic_that_accepts_is_read_as_accepting(text):
    assert critique.accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        critique.REJECTING,
        "Verdict: incorrect",
        "Verdict: not correct",
        "It is correct that 3 + 4 = 7, but she then loses 2.\nVerdict: wrong",
        "The answer is incorrect.",
        "The steps look correct, but the answer is wrong.",
        "This is not entirely correct.",
        "You should correctly carry the ten.",  # a substring is no verdict
        "",
        "I am not sure.",
    ],
)
def test_anything_else_is_a_finding(text):
    assert not critique.accepts(text)
