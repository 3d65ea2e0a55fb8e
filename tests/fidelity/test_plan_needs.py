import asyncio

from promptkit import PlanThenSolve
from tests import virtual_time
from tests.fidelity import fidelity
from tests.players import Player

PLAN = "1. Market value of A? (needs none)\n2. Market value of B? (needs none)\n3. How many times larger? (needs 1, 2)"


class Second(Player):
    """Takes a second for each reply."""

    async def complete(self, prompt):
        completion = await super().complete(prompt)
        await asyncio.sleep(1)
        return completion


@fidelity(
    "plan",
    source="Kim et al. 2023, arXiv:2312.04511, section 3 and figure 2",
    checks="of `parallel=true`: a planner states dependencies, what is independent runs at the same time, and what "
    "depends on it gets the results; of questions instead of functions, in words of our own",
)
def test_what_is_independent_runs_at_the_same_time_and_what_depends_on_it_gets_the_results():
    async def solved():
        model = Second([PLAN, "10", "5", "2", "2 times"])
        await PlanThenSolve(model, parallel=True).complete("How many times is A larger than B?")
        return [prompt.question for prompt in model.asked], virtual_time.now()

    (_, first, second, third, _), seconds = virtual_time.run(solved())
    assert "Answers so far" not in first + second
    assert "Market value of A? 10" in third
    assert "Market value of B? 5" in third
    assert round(seconds) == len(["plan", "A and B", "how many times", "combine"])
