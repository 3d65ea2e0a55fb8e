from promptkit import LeastToMost, run
from tests.fidelity import fidelity
from tests.players import Player

PASSAGE = "It takes Amy 4 minutes to climb up a slide and 1 minute to slide down. It closes in 15 minutes."
ASKED = "How many times can she slide before it closes?"
PART = "How long does each trip take?"


def calls():
    model = Player([f"To solve it, we first need to solve:\n1. {PART}", "Each trip takes 5 minutes.", "3 times."])
    answer = run(LeastToMost(model), f"{PASSAGE} {ASKED}")
    return answer, model.asked


@fidelity(
    "least-to-most",
    source="Zhou et al. 2022, arXiv:2205.10625, figure 1",
    checks="the first call shows worked decompositions and then the question (the words and the examples are our own)",
)
def test_the_first_call_shows_worked_decompositions_before_the_question():
    _, (decompose, *_) = calls()
    shown, _, asked = decompose.question.rpartition("Question: ")
    assert shown.count("Question: ") == 2
    assert asked.startswith(f"{PASSAGE} {ASKED}")


@fidelity(
    "least-to-most",
    source="Zhou et al. 2022, arXiv:2205.10625, figure 1",
    checks="the second call has the passage and the first sub-question; the third also its answer, then the question",
)
def test_every_call_has_what_was_answered_before_and_the_last_asks_the_question():
    _, (_, first, second) = calls()
    assert first.question.startswith(PASSAGE)
    assert first.question.endswith(PART)
    assert second.messages[:2] == (*first.messages, second.messages[1])
    assert second.messages[1].text == "Each trip takes 5 minutes."
    assert second.question.endswith(ASKED)


@fidelity(
    "least-to-most",
    source="Zhou et al. 2022, arXiv:2205.10625, figure 1",
    checks="the answer to the last sub-question, the question itself, is the answer: no call combines",
)
def test_the_answer_to_the_question_itself_is_the_answer():
    answer, asked = calls()
    assert (answer.text, len(asked)) == ("3 times.", 1 + 1 + 1)
