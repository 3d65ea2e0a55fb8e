from promptkit import FunctionModel, StepBack, run
from tests.fidelity import fidelity
from tests.players import Player

QUESTION = "What happens to the pressure P if the temperature doubles and the volume grows eightfold?"
GENERAL = "What are the physics principles behind this question?"


@fidelity(
    "step-back",
    source="Zheng et al. 2023, arXiv:2310.06117, section 2 and figure 2",
    checks="abstraction, then reasoning: a more general question, its answer, and the question grounded on that answer",
)
def test_the_question_is_asked_last_and_on_the_ground_of_the_abstraction():
    model = Player([GENERAL, "The ideal gas law.", "It falls to a quarter."])
    answer = run(StepBack(model), QUESTION)
    assert [QUESTION in prompt.question for prompt in model.asked] == [True, False, True]
    assert ["The ideal gas law." in prompt.question for prompt in model.asked] == [False, False, True]
    assert answer.text == "It falls to a quarter."


@fidelity(
    "step-back",
    source="Zheng et al. 2023, arXiv:2310.06117, section 5.1 and appendix, the prompt that queries with the background",
    checks="what was retrieved for the more general question stands in the prompt, to be ignored where it matters not",
)
def test_retrieved_background_is_used_where_it_matters():
    model = Player([GENERAL, "It falls."])
    run(StepBack(model, searcher=FunctionModel(lambda prompt: f"Found for {prompt.question}")), QUESTION)
    assert f"Found for {GENERAL}" in model.asked[-1].question
    assert "ignore it where it does not" in model.asked[-1].question
