from promptkit import AnswerType, Prompt, SelfConsistency, run
from tests.fidelity import fidelity
from tests.players import Player

PATHS = ("The answer is $18.", "The answer is $26.", "The answer is $18.")


@fidelity(
    "self-consistency",
    source="Wang et al. 2022, arXiv:2203.11171, figure 1 and section 2",
    checks="the figure's three answers, $18, $26 and $18: the most common one wins, whatever leads to it, unweighted",
)
def test_the_most_common_answer_of_the_sampled_paths_wins():
    model = Player(PATHS)
    assert run(SelfConsistency(model, answer=AnswerType("number"), draws=3), "How much?").text == "The answer is $18."


@fidelity(
    "self-consistency",
    source="Wang et al. 2022, arXiv:2203.11171, section 2",
    checks="all paths are sampled from one prompt, independently of each other",
)
def test_all_paths_are_draws_of_one_prompt():
    model = Player(PATHS)
    run(SelfConsistency(model, answer=AnswerType("number"), draws=3), Prompt.of("How much?", temperature=0.7))
    assert {prompt.with_draw(0) for prompt in model.asked} == {Prompt.of("How much?", temperature=0.7)}
    assert [prompt.draw for prompt in model.asked] == [0, 1, 2]
