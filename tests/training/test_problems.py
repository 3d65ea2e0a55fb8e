# A problem's chain, plan and answer agree with each other and with arithmetic.
import re

import pytest

from training.arithmetic import Event, account
from training.by_example import operators
from training.chats import Style, critique, draft, plan_text
from training.comparisons import compare_with_dead_end
from training.dice import dice
from training.formats import demand, quantity
from training.mixture import GENERATORS
from training.problem import Problem
from training.stories import story
from training.tracking import tracking
from training.words_and_lists import sorting, spelling
from training.world import FULL, SMALL, in_words


def some(kind: str, steps: int, count: int = 60) -> list[Problem]:
    rng = dice(f"{kind} {steps}")
    return [GENERATORS[kind](rng, SMALL, steps) for _ in range(count)]


@pytest.mark.parametrize("kind", ["story", "compare"])
@pytest.mark.parametrize("steps", [1, 4])
def test_every_equation_of_a_chain_is_true(kind, steps):
    for problem in some(kind, steps):
        for left, sign, right, result in re.findall(r"(\d+)([-+*/])(\d+)=(\d+)", " ".join(problem.chain)):
            event = Event("It happens.", sign, int(right))
            assert account(int(left), [event])[1] == [int(result)]


@pytest.mark.parametrize("kind", ["story", "compare", "tracking"])
def test_a_chain_and_a_plan_end_at_the_answer(kind):
    for problem in some(kind, 3):
        last = [line for line in problem.chain if not line.endswith("no change.")][-1]
        assert last.removesuffix(".").replace("=", " ").split()[-1] == problem.answer
        assert problem.parts[-1].answer == problem.answer


@pytest.mark.parametrize("kind", ["story", "compare", "tracking"])
def test_a_wrong_answer_is_never_the_right_one(kind):
    assert all(problem.answer not in problem.near_misses for problem in some(kind, 3))


def test_numbers_stay_in_the_world():
    values = [int(n) for problem in some("story", 8) for n in re.findall(r"\d+", " ".join(problem.chain))]
    assert max(values) <= SMALL.limit


def test_a_plan_searches_back_before_it_lists():
    problem = some("compare", 3, 1)[0]
    assert re.fullmatch(r"(\w+ needs \w+\. )+\w+ is given\.", problem.search)
    assert plan_text(problem).splitlines()[1].startswith("1. ")


def test_a_dead_end_says_that_it_does_not_arrive():
    rng = dice("dead ends")
    for _ in range(50):
        problem = compare_with_dead_end(rng, SMALL, 2)
        assert problem.dead_end[-1].startswith("This does not reach ")
        assert problem.dead_end[0] in problem.text


def test_tracking_counts_only_the_swaps_of_the_thing():
    rng = dice("swaps")
    problem = tracking(rng, SMALL, 4)
    holder = problem.chain[0].removesuffix(".").split()[-1]
    for clause, after in (line.removesuffix(".").split(": ") for line in problem.chain[1:]):
        pair = [word for word in clause.split() if word in SMALL.names]
        holder = after if holder in pair and after in pair and after != holder else holder
        assert after == holder


def test_spelling_joins_last_letters():
    problem = spelling(dice("letters"), SMALL, 3)
    words = problem.text.split(": ")[-1] if ": " in problem.text else problem.text.split("? ")[-1]
    assert problem.answer == "".join(word[-1] for word in words.rstrip(".").split(", "))


def test_sorting_puts_the_smallest_first():
    problem = sorting(dice("numbers"), SMALL, 4)
    numbers = [int(n) for n in problem.answer.split(", ")]
    assert numbers == sorted(numbers)
    assert len(numbers) == 6


def test_the_critic_accepts_right_drafts_and_no_others():
    rng = dice("critics")
    style = Style(rng)
    for _ in range(200):
        problem = compare_with_dead_end(rng, SMALL, 2)
        text, final = draft(style, problem, "")
        verdict = critique(style, problem, final, by_chain="The answer" not in text[:10])
        assert verdict.endswith(f"Verdict: {'correct' if final == problem.answer else 'wrong'}")


def test_an_operator_is_one_and_the_same_in_all_its_examples():
    task = operators(dice("operators"), SMALL, shots=5)
    assert len({question.split()[1] for question, _ in task.examples}) == 1


@pytest.mark.parametrize(("form", "reply"), [("number", "21"), ("words", "twenty-one"), ("json", '": 21}')])
def test_a_demanded_form_changes_the_reply_and_not_the_answer(form, reply):
    rng = dice("demands")
    problem = next(p for p in (story(rng, SMALL, 1) for _ in range(5000)) if p.answer == "21")
    assert demand(rng, form, problem).reply.endswith(reply)


def test_a_quantity_is_worth_the_same_in_its_other_unit():
    rng = dice("units")
    assert any(
        q.plain == "3 weeks" and q.demand.reply == "21 days" for q in (quantity(rng, SMALL) for _ in range(5000))
    )


@pytest.mark.parametrize(
    ("number", "words"), [(0, "zero"), (40, "forty"), (99, "ninety-nine"), (305, "three hundred five")]
)
def test_numbers_are_written_in_words(number, words):
    assert in_words(number) == words


def test_the_full_world_has_larger_numbers():
    rng = dice("full")
    values = [int(story(rng, FULL, 5).answer) for _ in range(200)]
    assert 99 < max(values) <= FULL.limit
