"""Universal self-consistency, beside the prompt of its paper."""

from promptkit import BestOfN, run
from promptkit.strategies.picks import read_pick
from tests.fidelity import fidelity
from tests.players import Player

CHEN = "Chen et al. 2023, arXiv:2311.17311, section 3 and appendix B"
ASKED = "Select the most consistent response based on majority consensus."
FORM = "The most consistent response is Response {number}"


@fidelity("best-of-n", source=CHEN, checks="the structure: one call with the question and all draws (own wording)")
def test_one_call_is_shown_the_question_and_all_draws_and_asked_for_the_majority_not_the_best():
    model = Player(["Draw one.", "Draw two.", "Draw three.", FORM.format(number=1)])
    run(BestOfN(model, draws=3, pick="most-consistent"), "Write a line.")
    asked = model.asked[3].question
    assert len(model.asked) == 4
    assert asked.startswith("Write a line.")
    assert all(text in asked for text in ("Draw one.", "Draw two.", "Draw three."))
    request = asked.rpartition("\n\n")[2].lower()
    assert all(word in request for word in ("majority", "most consistent"))
    assert all(word in ASKED.lower() for word in ("majority", "most consistent"))
    assert "best" not in request


@fidelity("best-of-n", source=CHEN, checks="that a reply in the form that the paper asks for is read")
def test_a_reply_in_the_papers_form_is_read():
    assert read_pick(FORM.format(number=3), 3) == 3
    assert read_pick(FORM.format(number=4), 3) is None
