from promptkit import PlanAndSolve, Prompt, run
from tests.fidelity import fidelity
from tests.players import Player

PS = (
    "Let's first understand the problem and devise a plan to solve the problem. "
    "Then, let's carry out the plan and solve the problem step by step."
)
PLUS = (
    "Let's first understand the problem, extract relevant variables and their corresponding numerals, "
    "and devise a plan. Then, let's carry out the plan, calculate intermediate variables (pay attention to correct "
    "numeral calculation and commonsense), solve the problem step by step, and show the answer."
)


@fidelity(
    "plan-and-solve", source="Wang et al. 2023, arXiv:2305.04091, section 2.1", checks="the trigger, word for word"
)
def test_the_trigger_of_ps_is_that_of_the_paper():
    assert PlanAndSolve(Player()).rewrite(Prompt.of("Q?")).question == f"Q?\n\n{PS}"


@fidelity(
    "plan-and-solve",
    source="Wang et al. 2023, the authors' code: README of AGI-Edgerunners/Plan-and-Solve-Prompting, prompt 301",
    checks="the trigger of PS+, word for word",
)
def test_the_trigger_of_ps_plus_is_that_of_the_authors():
    assert PlanAndSolve(Player(), plus=True).rewrite(Prompt.of("Q?")).question == f"Q?\n\n{PLUS}"


@fidelity(
    "plan-and-solve",
    source="Wang et al. 2023, arXiv:2305.04091, section 2.1",
    checks="the plan and its execution are one reply; the paper's second call, for the answer alone, is left out",
)
def test_one_call_plans_and_solves():
    model = Player(["Plan: 1. Two. The answer is 2."])
    assert run(PlanAndSolve(model), "1 + 1?").usage.calls == len(model.asked) == 1
