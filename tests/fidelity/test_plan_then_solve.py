from promptkit import PlanThenSolve, run
from tests.fidelity import fidelity
from tests.players import Player

PLAN = "1. How long does each trip take?\n2. How many times can she slide before it closes?"


def asked() -> list[str]:
    """What is asked for the example of the paper's figure 1, whose plan has two sub-questions."""
    model = Player([PLAN, "Each trip takes 5 minutes.", "She can slide 3 times.", "3"])
    run(PlanThenSolve(model), "How many times?")
    return [prompt.question for prompt in model.asked]


@fidelity(
    "plan",
    source="Zhou et al. 2022, arXiv:2205.10625, section 2 and figure 1",
    checks="the order of calls: the problem is decomposed before anything is solved, then sub-questions one by one. "
    "The wording is our own, and a last call combines",
)
def test_a_problem_is_decomposed_and_its_parts_are_solved_in_order():
    plan, first, second, combined = asked()
    assert "sub-questions" in plan
    assert "How long does each trip take?" in first
    assert "How many times can she slide" in second
    assert "How many times can she slide" not in first
    assert "She can slide 3 times." in combined


@fidelity(
    "plan",
    source="Zhou et al. 2022, arXiv:2205.10625, section 2",
    checks="each sub-question is asked with the problem, the sub-questions before it and their answers in view",
)
def test_a_sub_question_sees_the_problem_and_what_was_answered_before():
    *_, second, _ = asked()
    shown = [second.find(text) for text in ("How many times?", "How long does each trip take?", "Each trip takes 5")]
    assert shown == sorted(shown)
    assert -1 not in shown
