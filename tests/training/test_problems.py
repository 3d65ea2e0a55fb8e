# A problem's chain, plan and answer agree with each other and with arithmetic.
import re

import pytest

from training.arithmetic import Event, account
from training.by_example import operators
from training.chats import Style, chain, critique, direct, draft, plan_text
from training.chinese_stories import chinese_story
from training.comparisons import compare_with_dead_ends
from training.dice import dice
from training.documents import sum_list
from training.formats import demand, quantity
from training.languages import ENGLISH
from training.mixture import GENERATORS
from training.problem import Problem
from training.stories import large_story, story, taking_story
from training.tracking import holders, tracking
from training.words_and_lists import sorting, spelling
from training.world import WORLD, in_words


def some(kind: str, steps: int, count: int = 60) -> list[Problem]:
    rng = dice(f"{kind} {steps}")
    return [GENERATORS[kind](rng, WORLD, steps) for _ in range(count)]


@pytest.mark.parametrize("kind", ["story", "large", "chinese", "compare"])
@pytest.mark.parametrize("steps", [1, 4])
def test_every_equation_of_a_chain_is_true(kind, steps):
    for problem in some(kind, steps):
        for left, sign, right, result in re.findall(r"(\d+)([-+*/])(\d+)=(\d+)", " ".join(problem.chain)):
            event = Event("It happens.", sign, int(right))
            assert account(int(left), [event])[1] == [int(result)]


@pytest.mark.parametrize("kind", ["story", "large", "chinese", "compare", "tracking"])
def test_a_chain_and_a_plan_end_at_the_answer(kind):
    for problem in some(kind, 3):
        last = [line for line in problem.chain if problem.language.said.nothing not in line][-1]
        assert last.rstrip(".。").replace("=", " ").split()[-1] == problem.answer
        assert problem.parts[-1].answer == problem.answer


@pytest.mark.parametrize("kind", ["story", "compare", "tracking"])
def test_a_wrong_answer_is_never_the_right_one(kind):
    assert all(problem.answer not in problem.near_misses for problem in some(kind, 3))


def test_numbers_stay_in_the_world():
    values = [int(n) for problem in some("story", 8) for n in re.findall(r"\d+", " ".join(problem.chain))]
    assert max(values) <= WORLD.limit


def test_what_is_taken_adds_when_the_story_is_about_the_taker_and_takes_away_otherwise():
    rng = dice("takings")
    seen = set()
    for _ in range(60):
        problem = taking_story(rng, WORLD, 1)
        taker, taken_from = re.search(r"(\w+) takes \d+ \w+ from (\w+)\.", problem.text).groups()
        sign = re.search(r"\d([-+])\d", " ".join(problem.chain))[1]
        about = next(name for name in WORLD.names if f" {name}" in problem.question)
        assert sign == ("-" if about == taken_from else "+")
        assert about in (taker, taken_from) or taker in ("He", "She")
        assert f"does {about} have now?" in problem.parts[0].question
        seen.add(sign)
    assert seen == {"+", "-"}


def test_a_plan_searches_back_before_it_lists():
    problem = some("compare", 3, 1)[0]
    assert re.fullmatch(r"(\w+ needs \w+\. )+\w+ is given\.", problem.search)
    assert plan_text(problem).splitlines()[1].startswith("1. ")


def test_a_dead_end_says_that_it_does_not_arrive():
    rng = dice("dead ends")
    for _ in range(50):
        problem = compare_with_dead_ends(rng, WORLD, 2)
        assert len(problem.dead_ends) == 2
        for dead_end in problem.dead_ends:
            assert dead_end[-1].startswith("This does not reach ")
            assert dead_end[0] in problem.text


def test_tracking_counts_only_the_swaps_of_the_thing():
    rng = dice("swaps")
    problem = tracking(rng, WORLD, 4)
    holder = problem.chain[0].removesuffix(".").split()[-1]
    for clause, after in (line.removesuffix(".").split(": ") for line in problem.chain[1:]):
        pair = [word for word in clause.split() if word in WORLD.names]
        holder = after if holder in pair and after in pair and after != holder else holder
        assert after == holder


def test_a_swap_changes_two_holders_and_no_others():
    rng = dice("holders")
    swapped = 0
    for _ in range(200):
        text, held = holders(rng, WORLD)
        before = dict(re.findall(r"The (\w+) is with (\w+)\.", text))
        pairs = re.findall(r"(\w+) (?:and|swaps with) (\w+)", text)
        assert len(pairs) <= 1
        swapped += len(pairs)
        for a, b in pairs:
            before = {thing: {a: b, b: a}.get(name, name) for thing, name in before.items()}
        assert held == before
    assert 100 < swapped < 200


def test_every_equation_of_a_list_is_true_and_half_are_large():
    text = "".join(span.text for _ in range(20) for span in sum_list(dice(f"sums {_}"), WORLD))
    lines = re.findall(r"^(\d+)([-+*/])(\d+)=(\d+)$", text, re.MULTILINE)
    assert len(lines) == text.count("\n")
    for left, sign, right, result in lines:
        assert account(int(left), [Event("It happens.", sign, int(right))])[1] == [int(result)]
    assert 0.4 < sum(int(left) >= 100 for left, *_ in lines) / len(lines) < 0.6


def test_spelling_joins_last_letters():
    problem = spelling(dice("letters"), WORLD, 3)
    words = problem.text.split(": ")[-1] if ": " in problem.text else problem.text.split("? ")[-1]
    assert problem.answer == "".join(word[-1] for word in words.rstrip(".").split(", "))


def test_sorting_puts_the_smallest_first():
    problem = sorting(dice("numbers"), WORLD, 4)
    numbers = [int(n) for n in problem.answer.split(", ")]
    assert numbers == sorted(numbers)
    assert len(numbers) == 6


def test_the_critic_accepts_right_drafts_and_no_others():
    rng = dice("critics")
    style = Style(rng)
    for _ in range(200):
        problem = compare_with_dead_ends(rng, WORLD, 2)
        text, final = draft(style, problem, "")
        verdict = critique(style, problem, final, ENGLISH, by_chain="The answer" not in text[:10])
        assert verdict.endswith(f"Verdict: {'correct' if final == problem.answer else 'wrong'}")


def test_an_operator_is_one_and_the_same_in_all_its_examples():
    task = operators(dice("operators"), WORLD, shots=5)
    assert len({question.split()[1] for question, _ in task.examples}) == 1


@pytest.mark.parametrize(("form", "reply"), [("number", "21"), ("words", "twenty-one"), ("json", '": 21}')])
def test_a_demanded_form_changes_the_reply_and_not_the_answer(form, reply):
    rng = dice("demands")
    problem = next(p for p in (story(rng, WORLD, 1) for _ in range(5000)) if p.answer == "21")
    assert demand(rng, form, problem).reply.endswith(reply)


def test_a_quantity_is_worth_the_same_in_its_other_unit():
    rng = dice("units")
    assert any(
        q.plain == "3 weeks" and q.demand.reply == "21 days" for q in (quantity(rng, WORLD) for _ in range(5000))
    )


@pytest.mark.parametrize(
    ("number", "words"), [(0, "zero"), (40, "forty"), (99, "ninety-nine"), (305, "three hundred five")]
)
def test_numbers_are_written_in_words(number, words):
    assert in_words(number) == words


def test_large_numbers_have_at_most_three_digits():
    rng = dice("large")
    values = [int(n) for _ in range(200) for n in re.findall(r"\d+", " ".join(large_story(rng, WORLD, 5).chain))]
    assert 900 < max(values) <= 999


def test_a_chinese_problem_is_answered_in_chinese_whatever_it_is_asked_in():
    rng = dice("chinese")
    style = Style(rng)
    for _ in range(100):
        problem = chinese_story(rng, WORLD, 3)
        for chat in (direct(style, problem), chain(style, problem)):
            assert f"答案是{problem.answer}。" in chat[-1].text
            assert not re.search("[a-z]", chat[-1].text)
