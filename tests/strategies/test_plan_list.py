import pytest

from promptkit.strategies.plan_list import LONG_PLAN, SHORT_PLAN, listed, parse_plan

ITEMS = ("How many eggs has Tom?", "How many has Anna?")


@pytest.mark.parametrize(
    "written",
    [
        "1. {0}\n2. {1}",
        "1) {0}\n2) {1}",
        "(1) {0}\n(2) {1}",
        "Here is my plan:\n\n  1. {0}\n\n  2. {1}\n\nThat is all.",
        "Step 1: {0}\nStep 2: {1}",
        "**Step 1:** {0}\n**Step 2:** {1}",
        "### Sub-question 1: {0}\n### Sub-question 2: {1}",
        "Q1. {0}\nQ2. {1}",
        "1. **{0}**\n2. **{1}**",
        "- {0}\n- {1}",
        "* {0}\n* {1}",
        "• {0}\n• {1}",
        "- [ ] {0}\n- [x] {1}",
        "a) {0}\nb) {1}",
        "1、{0}\n2、{1}",
        "① {0}\n② {1}",
        '["{0}", "{1}"]',
        'Sure:\n```json\n["{0}", "{1}"]\n```',
        '{{"plan": [{{"step": 1, "question": "{0}"}}, {{"step": 2, "question": "{1}"}}]}}',
        "1. {0}\n   - look at the text\n   - count\n2. {1}\n   - add",
        "```\n1. {0}\n2. {1}\n```",
    ],
)
def test_a_plan_reads_the_same_however_it_is_written(written):
    assert parse_plan(written.format(*ITEMS)) == ITEMS


@pytest.mark.parametrize(
    "reply", ["", "The answer is 12.", "I would add 5 and 7.", "{}", "[]", "[1, 2]", "-", "1.", "[" * 9999]
)
def test_a_reply_without_a_list_is_no_plan(reply):
    assert parse_plan(reply) == ()


def test_a_sentence_that_begins_with_a_number_is_no_item():
    assert parse_plan("12 eggs are needed.\n3.5 litres are too many.") == ()


def test_text_between_the_items_does_not_become_an_item():
    assert parse_plan("Tom needs Anna. Anna is given.\n1. Who is given?\n2. Who needs?") == (
        "Who is given?",
        "Who needs?",
    )


def test_the_plans_of_a_forecast_read_as_one_step_and_as_eight():
    assert parse_plan(SHORT_PLAN) == ("One thing.",)
    assert parse_plan(LONG_PLAN) == tuple(f"Thing {number}." for number in range(1, 9))


def test_an_answer_is_no_question():
    assert parse_plan("1. Who gives?\n2. The answer is 12.\n3. Final answer: 12") == ("Who gives?",)


def test_a_sum_with_its_result_is_no_question():
    assert parse_plan("1. 7 x 8 = 56\n2. $1,200.50 - 30% = $840.35\n3. -3 + 5 = 2.") == ()
    kept = ("What is 7 x 8 = ?", "Solve x + 3 = 7", "What is 7 + 8?", "2 + 2")
    assert parse_plan("\n".join(f"{i}. {item}" for i, item in enumerate(kept, 1))) == kept


def test_a_plan_that_goes_round_in_circles_has_each_question_once():
    circle = ["How many boxes?", *["How many eggs?"] * 40, "How many boxes?"]
    assert parse_plan("\n".join(f"{i}. {item}" for i, item in enumerate(circle, 1))) == tuple(circle[:2])
    swaps = ["Ann and Bob swap. Who has it?"] * 3
    assert parse_plan("\n".join(f"{i}. {item}" for i, item in enumerate(swaps, 1))) == tuple(swaps)


def test_a_question_may_be_asked_again_after_another_step():
    assert parse_plan("1. How many then?\n2. Who gives?\n3. How many then?") == (
        "How many then?",
        "Who gives?",
        "How many then?",
    )


def test_a_plan_that_was_cut_off_has_neither_its_last_item_nor_what_it_repeats():
    plan = "1. Who gives?\n2. How many?\n3. When?\n4. Who gives?\n5. How many?\n6. Wh"
    assert parse_plan(plan, cut_off=True) == ("Who gives?", "How many?", "When?")


def test_a_list_without_end_is_no_plan_of_any_length():
    assert len(listed("\n".join(f"{n % 999}. Part {n}?" for n in range(2_500)))) == 1_000
