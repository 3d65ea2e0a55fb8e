from promptkit import BestOfN, run
from tests.fidelity import fidelity
from tests.players import Player


@fidelity(
    "best-of-n",
    source="Chen et al. 2023, arXiv:2311.17311, section 3 and figure 1",
    checks="all sampled responses go into one call behind the question, and the one that it names is the answer, "
    "to the letter. The order and the wording are our own",
)
def test_the_model_is_shown_all_responses_and_the_one_that_it_names_is_the_answer():
    model = Player(["red", "green", "blue", "Best: 2"])
    answer = run(BestOfN(model, draws=3), "Which colour?").text
    pick = model.asked[3].question
    shown = sorted((pick.find(colour), colour) for colour in ("red", "green", "blue"))
    assert pick.startswith("Which colour?")
    assert shown[0][0] > 0
    assert answer == shown[1][1]
