from promptkit import Prompt, SelfReflection, preview, run
from tests.fidelity import fidelity
from tests.players import Player


@fidelity(
    "reflect",
    source="Madaan et al. 2023, arXiv:2303.17651, section 2, algorithm 1",
    checks="the order of calls: answer, feedback on it, refinement with both in view, until the feedback says stop. "
    "The wording is our own, and only the last feedback is shown",
)
def test_an_answer_gets_feedback_and_is_refined_until_the_feedback_accepts_it():
    model = Player(["first", "Too small. Verdict: wrong", "second", "Verdict: correct"])
    assert run(SelfReflection(model, rounds=5), "How many?").text == "second"
    turns = [[m.text for m in prompt.messages] for prompt in model.asked]
    assert [len(of) for of in turns] == [1, 3, 5, 3]
    assert turns[2][1] == "first"
    assert turns[2][3] == "Too small. Verdict: wrong"
    assert turns[3][1] == "second"


@fidelity(
    "reflect",
    source="Huang et al. 2023, arXiv:2310.01798, section 3",
    checks="three steps, answer, review, answer again with the review, in one conversation; no call but the critic's "
    "own verdict decides to stop, so nothing is told about the right answer",
)
def test_only_the_critic_decides_when_to_stop():
    draft, review, revision = preview(SelfReflection(Player()), Prompt.of("How many?"))
    assert review.prompt.messages[: len(draft.prompt.messages)] == draft.prompt.messages
    assert revision.prompt.messages[: len(review.prompt.messages)] == review.prompt.messages
    accepted = Player(["wrong answer", "Verdict: correct"])
    assert run(SelfReflection(accepted, rounds=5), "How many?").text == "wrong answer"
