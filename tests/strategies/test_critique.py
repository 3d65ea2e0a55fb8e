import pytest

from promptkit.strategies.critique import accepts


@pytest.mark.parametrize(
    "critique",
    [
        "Verdict: correct",
        "3 + 4 = 7, as it says.\n\n**Verdict:** Correct.",
        "At first I thought it was wrong. Verdict: correct",
        "<think>Verdict: wrong?</think>Verdict: correct",
        "The proposed answer 12 is correct. The answer is 12.",
        "No issues found.",
        "Verdict: wrong. No, wait, I misread. Verdict: correct",
    ],
)
def test_a_critic_that_accepts_has_accepts(critique):
    assert accepts(critique)


@pytest.mark.parametrize(
    "critique",
    [
        "Verdict: wrong",
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
def test_anything_else_is_a_finding(critique):
    assert not accepts(critique)
