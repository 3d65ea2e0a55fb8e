"""Programs of thought and Self-Refine, beside their papers."""

import pytest

from promptkit import ProgramOfThought, Prompt, SelfRefine, run
from tests.fidelity import fidelity
from tests.players import Player

CHEN = "Chen et al. 2022, arXiv:2211.12588, section 2 and figure 1"
MADAAN = "Madaan et al. 2023, arXiv:2303.17651, section 2, equations 1 to 4 and algorithm 1"


@fidelity("program-of-thought", source=CHEN, checks="a Python program whose result is the variable ans (own wording)")
def test_a_program_with_its_result_in_ans_is_asked_for_and_computed_outside_of_the_model():
    model = Player(["```python\nn = 3 * 12\nans = n - 5\n```"])
    answer = run(ProgramOfThought(model), "Anna has 3 boxes of 12 pens. She gives 5 away.")
    asked = model.asked[0].question
    assert len(model.asked) == 1
    assert asked.startswith("Anna has 3 boxes of 12 pens.")
    assert all(words in asked for words in ("Do not compute anything yourself", "Python", "variable named `ans`"))
    assert answer.text == "The answer is 31."


@fidelity("self-refine", source=MADAAN, checks="which call sees what, and when it stops, by equations 1 to 4")
@pytest.mark.parametrize("stops_after", [1, 3, 4, 9])
def test_feedback_is_on_the_latest_output_and_refinement_on_all_of_them(stops_after):
    replies = ["y0"]
    for t in range(9):
        replies += [f"fb{t}. Verdict: {'accept' if t + 1 == stops_after else 'reject'}", f"y{t + 1}"]
    model = Player(replies)
    answer = run(SelfRefine(model), Prompt.of("x"))
    written = [[m.content for m in p.messages if m.role == "assistant"] for p in model.asked]
    rounds = min(stops_after, 4)  # at most 4 iterations, as in section 3
    for t in range(rounds):
        assert written[2 * t + 1] == [f"y{t}"]  # fb_t = M(p_fb ‖ x ‖ y_t)
        if t + 1 < stops_after:
            history = [text for i in range(t + 1) for text in (f"y{i}", f"fb{i}. Verdict: reject")]
            assert written[2 * t + 2] == history  # y_t+1 = M(p_refine ‖ x ‖ y_0 ‖ fb_0 ‖ … ‖ y_t ‖ fb_t)
    assert answer.text == f"y{min(stops_after - 1, 4)}"
