"""What each technique sends, and when it stops."""

import re

import pytest

from promptkit import (
    AnswerType,
    BestOfN,
    ChainOfThought,
    Example,
    ExplicitInstructions,
    FewShot,
    Message,
    PlanThenSolve,
    Prompt,
    SelfConsistency,
    SelfReflection,
    UsageError,
    run,
    trace_tree,
)
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

QUESTION = Prompt.of("How many legs do 3 spiders have?")


def user(text):
    return Message(role="user", content=text)


def assistant(text):
    return Message(role="assistant", content=text)


def system(text):
    return Message(role="system", content=text)


def test_instructions_are_one_system_turn_that_says_everything_given():
    strategy = ExplicitInstructions(
        Player(),
        task="Answer questions about animals.",
        rules=("Be brief.", "Guess nothing."),
        audience="children",
        language="Traditional Chinese",
        output_format="Answer with a number.",
    )
    said = "\n".join(
        [
            "Answer questions about animals.",
            "Rules:",
            "- Be brief.",
            "- Guess nothing.",
            "Write for children.",
            "Reply in Traditional Chinese.",
            "Answer with a number.",
        ]
    )
    assert strategy.rewrite(QUESTION) == Prompt(messages=(system(said), *QUESTION.messages))


def test_instructions_come_after_the_system_turns_that_are_there():
    prompt = Prompt.of("Hello", system="House rules.")
    rewritten = ExplicitInstructions(Player(), rules=("Be brief.",)).rewrite(prompt)
    assert [m.content for m in rewritten.messages] == ["House rules.", "Rules:\n- Be brief.", "Hello"]


def test_instructions_without_content_are_refused():
    with pytest.raises(UsageError, match="no instruction"):
        ExplicitInstructions(Player())


def test_examples_are_earlier_turns_in_their_order():
    examples = (Example(question="1 + 1?", answer="2"), Example(question="2 + 2?", answer="4"))
    rewritten = FewShot(Player(), examples=examples).rewrite(QUESTION)
    turns = (user("1 + 1?"), assistant("2"), user("2 + 2?"), assistant("4"))
    assert rewritten.messages == (*turns, *QUESTION.messages)


def test_an_example_shows_its_reasoning_before_its_answer_unless_told_not_to():
    examples = (Example(question="1 + 1?", answer="2", reasoning="One more than one."),)
    shown = FewShot(Player(), examples=examples).rewrite(QUESTION)
    hidden = FewShot(Player(), examples=examples, reasoning=False).rewrite(QUESTION)
    assert shown.messages[1] == assistant("One more than one.\n2")
    assert hidden.messages[1] == assistant("2")


SPIDERS = (Example(question="1 + 1?", answer="2"), Example(question="how many legs do  3 spiders have ?", answer="24"))


def test_where_reasoning_is_asked_for_the_examples_that_have_some_are_shown_and_the_others_are_counted():
    def examples(*reasoning):
        listed = (Example(question=f"{n}?", answer="1", reasoning=r) for n, r in enumerate(reasoning))
        return TaskContext(examples=tuple(listed))

    model = Player()
    answer = run(build("few-shot+cot", model, examples("A.", None, "C.", None, "E.")), QUESTION)
    assert [m.content for m in model.asked[0].messages[:-1]] == ["0?", "A.\n1", "2?", "C.\n1"]
    assert answer.steps[0].note == "left out 2 without reasoning"
    assert answer.all_fallbacks() == ("left out examples: they have no reasoning",)
    for spec, context in (("few-shot", examples("A.", None)), ("few-shot+cot", examples(None, None))):
        answer = run(build(spec, model, context), QUESTION)
        assert len(model.asked[-1].messages) == 2 * 2 + 1
        assert (answer.note or answer.steps[0].note) == ""


def test_an_example_that_is_the_question_is_left_out_and_the_trace_reports_it():
    model = Player()
    answer = run(ChainOfThought(FewShot(model, examples=SPIDERS)), QUESTION)  # inside: the question has more lines
    assert [m.content for m in model.asked[0].messages[:-1]] == ["1 + 1?", "2"]
    assert "left out example 2, which asks this very question" in trace_tree(answer)


def test_a_question_that_only_begins_like_an_example_is_another_one():
    asked = Prompt.of(f"{QUESTION.question[:-1]} and a fly?")
    assert len(FewShot(Player(), examples=SPIDERS).rewrite(asked).messages) == 5


def test_without_its_only_example_the_question_is_asked_alone():
    model = Player()
    run(FewShot(model, examples=SPIDERS[1:]), QUESTION)
    assert model.asked == [QUESTION]


@pytest.mark.parametrize(("question", "answer", "missing"), [("1 + 1?", " \n", "answer"), ("", "2", "question")])
def test_an_example_without_a_question_or_an_answer_is_refused_by_its_number(question, answer, missing):
    examples = (Example(question="2 + 2?", answer="4"), Example(question=question, answer=answer))
    with pytest.raises(UsageError, match=f"example 2 of FewShot has no {missing}"):
        FewShot(Player(), examples=examples)


def test_chain_of_thought_asks_for_the_reasoning_in_the_last_user_turn():
    rewritten = ChainOfThought(Player()).rewrite(QUESTION.then("What spiders?", "Those with 8 legs."))
    assert rewritten.messages[:2] == (*QUESTION.messages, assistant("What spiders?"))
    assert rewritten.question == "Those with 8 legs.\n\nReason step by step, then give the answer."


def test_sub_questions_see_the_answers_before_them_and_the_combination_sees_all():
    model = Player(["1. Legs of one?\n2. Legs of three?", "Eight.", "24.", "The answer is 24."])
    answer = run(PlanThenSolve(model), QUESTION)
    plan, first, second, combine = (p.question for p in model.asked)
    assert answer.text == "The answer is 24."
    assert [s.step for s in answer.steps] == ["plan", "sub-question 1", "sub-question 2", "combine"]
    assert "sub-questions" in plan
    assert first.endswith("Sub-question 1: Legs of one?")
    assert "1. Legs of one? Eight." not in first
    assert "1. Legs of one? Eight." in second
    assert "1. Legs of one? Eight.\n2. Legs of three? 24." in combine


def test_what_begins_an_answer_does_not_begin_the_plan_or_the_critique_of_it():
    model = Player(["1. How many legs has one?", "8", "24", "Verdict: wrong", "25"])
    run(ChainOfThought(SelfReflection(PlanThenSolve(model)), begin=True), QUESTION)
    begins = "Let's think step by step."
    last = [prompt.messages[-1].content for prompt in model.asked]
    assert [text == begins for text in last] == [False, False, True, False, False]
    assert model.asked[3].messages[1].content == f"{begins} 24"


def test_only_the_combination_of_a_plan_is_asked_for_the_form_of_the_answer():
    model = Player(["1. How many legs has one?\n2. How many have all?", "8", "24", '{"legs": 24}'])
    run(PlanThenSolve(model), Prompt.of("How many legs have 3 spiders?").with_form("Reply as JSON."))
    asked_for_it = ["Reply as JSON." in prompt.question for prompt in model.asked]
    assert asked_for_it == [False, False, False, True]
    assert [prompt.form for prompt in model.asked] == ["", "", "", "Reply as JSON."]
    assert model.asked[-1].question.endswith("Now give the final answer to the question.\nReply as JSON.")
    assert model.asked[-1].question.count("Reply as JSON.") == 1


def test_a_plan_that_can_not_be_read_asks_the_question_whole_with_its_form():
    model, prompt = Player(["No list."]), Prompt.of("How many legs?").with_form("Reply as JSON.")
    run(PlanThenSolve(model), prompt)
    assert model.asked[-1] == prompt


def test_a_revision_is_asked_for_the_form_of_the_answer_again_and_the_critique_is_not():
    model = Player(['{"legs": 18}', "Verdict: wrong", '{"legs": 24}'])
    run(SelfReflection(model), Prompt.of("How many legs have 3 spiders?").with_form("Reply as JSON."))
    _, critique, revision = (prompt.question for prompt in model.asked)
    assert "Reply as JSON." not in critique
    assert revision == "Now give the improved answer in full, in the same form as above.\nReply as JSON."


def test_a_sub_question_is_not_revised_into_the_form_of_the_answer():
    replies = ["1. How many legs has one?", "6", "Verdict: wrong", "8", '{"legs": 24}']
    model = Player(replies)
    run(PlanThenSolve(SelfReflection(model)), Prompt.of("How many legs?").with_form("Reply as JSON."))
    assert [number for number, prompt in enumerate(model.asked) if "Reply as JSON." in str(prompt.messages)] == [4]


def test_a_plan_that_is_no_list_falls_back_to_the_whole_question_and_says_so():
    model = Player(["I would multiply.", "24"])
    answer = run(PlanThenSolve(model), QUESTION)
    assert answer.text == "24"
    assert "asked the question whole" in answer.note
    assert answer.fallbacks == ("fell back to a direct answer: no plan could be read",)
    assert model.asked[1] == QUESTION


def test_a_plan_that_is_too_long_is_cut_and_says_so():
    model = Player(["\n".join(f"{i}. Step {i}?" for i in range(1, 8)), "yes"])
    answer = run(PlanThenSolve(model, max_steps=3), QUESTION)
    assert answer.usage.calls == 1 + 3 + 1
    assert "the last 4 were left out" in answer.note
    assert answer.fallbacks == ("left out the end of the plan: it had more than max_steps",)


def test_the_plan_and_the_combination_are_asked_of_the_bare_model():
    model = Player(["1. One?\n2. Two?", "8", "24", "24"])
    run(PlanThenSolve(ChainOfThought(model)), QUESTION)
    asked_to_reason = ["step by step" in p.question for p in model.asked]
    assert asked_to_reason == [False, True, True, False]


def test_reflection_stops_when_the_critic_finds_nothing():
    model = Player(["24", "Eight times three is 24. Verdict: correct"])
    answer = run(SelfReflection(model, rounds=3), QUESTION)
    assert answer.text == "24"
    assert [s.step for s in answer.steps] == ["draft", "critique"]


def test_reflection_revises_what_the_critic_found_and_looks_again():
    model = Player(["18", "Spiders have 8 legs. Verdict: wrong", "24", "Verdict: correct"])
    answer = run(SelfReflection(model, rounds=3), QUESTION)
    assert answer.text == "24"
    assert [s.step for s in answer.steps] == ["draft", "critique", "revision", "critique"]
    assert [m.role for m in model.asked[2].messages] == ["user", "assistant", "user", "assistant", "user"]
    assert model.asked[3].messages[:2] == (*QUESTION.messages, assistant("24"))


def test_a_critique_without_a_readable_verdict_keeps_the_answer_and_the_trace_reports_it():
    model = Player(["18", "Spiders are arachnids.", "24"])
    answer = run(SelfReflection(model, rounds=3), QUESTION)
    assert answer.text == "18"
    assert [s.step for s in answer.steps] == ["draft", "critique"]
    assert answer.note == "the verdict of critique 1 could not be read; kept the answer"
    assert answer.fallbacks == ("kept the answer: the verdict could not be read",)


def test_a_critique_without_a_readable_verdict_may_ask_for_a_revision():
    model = Player(["18", "Spiders are arachnids.", "24"])
    assert run(SelfReflection(model, revises_unclear=True), QUESTION).text == "24"


THOUGHT = "<think>Surely 99.</think>\n"


def test_no_strategy_passes_thoughts_on():
    def thinking(prompt):
        return f"{THOUGHT}1. One?\n2. Two?\nBest: 1 Verdict: wrong"

    for strategy in (SelfReflection, PlanThenSolve, BestOfN):
        model = Player(reply=thinking)
        answer = run(strategy(model), QUESTION)
        assert answer.text.startswith(THOUGHT)  # for who asked
        assert not any("99" in m.content for prompt in model.asked for m in prompt.messages)


def test_a_plan_in_thoughts_is_no_plan():
    model = Player(["<think>1. Legs?\n2. Arms?</think>1. Eyes?", "24"])
    assert [s.step for s in run(PlanThenSolve(model), QUESTION).steps] == ["plan", "sub-question 1", "combine"]


def test_a_reply_that_is_nothing_but_thoughts_is_passed_on():
    model = Player(["<think>Three times eight is", "Verdict: wrong", "24"])
    run(SelfReflection(model), QUESTION)
    assert model.asked[1].messages[1] == assistant("<think>Three times eight is")


def test_reflection_ends_after_its_rounds_even_if_the_critic_is_never_content():
    model = Player(["Verdict: wrong"])
    assert run(SelfReflection(model, rounds=2), QUESTION).usage.calls == 1 + 2 * 2


def test_a_critic_of_its_own_gets_the_reviews_and_nothing_else():
    model, critic = Player(["18", "24"]), Player(["Verdict: wrong"], name="critic")
    answer = run(SelfReflection(model, critic=critic), QUESTION)
    assert answer.text == "24"
    assert len(critic.asked) == 1
    assert len(model.asked) == 2
    assert [s.by for s in answer.steps] == ["player", "critic", "player"]


def test_the_critic_sees_the_question_as_it_was_asked_and_not_as_strategies_inside_rewrite_it():
    model = Player(["18", "Verdict: wrong", "24"])
    run(SelfReflection(ChainOfThought(FewShot(model, examples=(Example(question="1 + 1?", answer="2"),)))), QUESTION)
    draft, critique, revision = model.asked
    assert draft.messages[-1] != QUESTION.messages[-1]
    assert critique.messages[:-2] == QUESTION.messages == revision.messages[:-4]


def test_a_short_limit_of_the_answer_does_not_cut_off_the_critique():
    def words(prompt):
        reply = "yes" if len(prompt.messages) == 1 else "It has eight legs, so that is right. Verdict: correct"
        return " ".join(reply.split()[: prompt.max_tokens])

    answer = run(SelfReflection(Player(reply=words)), Prompt.of("Has a spider eight legs?", max_tokens=1))
    assert [s.text[-7:] for s in answer.steps] == ["yes", "correct"]


def test_reflection_around_a_plan_does_not_plan_its_critique():
    model = Player(["1. One?", "8", "24", "Verdict: wrong", "25"])
    answer = run(SelfReflection(PlanThenSolve(model)), QUESTION)
    assert answer.usage.calls == 3 + 2


def vote(replies, **options):
    model = Player(replies)
    options = {"answer": AnswerType("number"), "draws": len(replies), **options}
    return run(SelfConsistency(model, **options), QUESTION), model


def test_the_commonest_answer_wins_and_its_first_draw_is_the_reply():
    answer, _ = vote(["The answer is 18.", "So the answer is 24.", "The answer is 24."])
    assert answer.text == "So the answer is 24."
    assert answer.note == "2 of 3 draws agree"


def test_a_draw_without_an_answer_has_no_vote():
    answer, _ = vote(["I can't tell.", "I can't tell.", "The answer is 24."])
    assert answer.text == "The answer is 24."


def test_answers_in_other_notation_are_the_same_answer():
    answer, _ = vote(["The answer is 1,000.", "The answer is 7.", "The answer is $1000.00."])
    assert "1,000" in answer.text


def test_a_tie_goes_to_the_earliest_draw():
    answer, _ = vote(["The answer is 18.", "The answer is 24."])
    assert answer.text == "The answer is 18."


@pytest.mark.parametrize(
    ("pick", "kept"),
    [
        ("Best: 2", "24"),
        ("Best: 1. No, best answer: **2**", "24"),
        ("The best answer is:\n\nAnswer 2:\n24", "24"),
        ("The best one would be number 2.", "24"),
        ("Best: 7", "18"),
        ("The best is 2.5.", "18"),
    ],
)
def test_the_picked_draw_is_the_reply_and_an_unreadable_pick_keeps_the_first(pick, kept):
    model = Player(["18", "24", pick])
    answer = run(BestOfN(model, draws=2), QUESTION)
    assert answer.text == kept
    assert answer.note
    assert "Answer 1:\n18\n\nAnswer 2:\n24" in model.asked[2].question


def test_the_draws_are_shown_in_an_order_of_each_question_and_the_place_that_is_picked_is_the_draw_shown_there():
    def judged(prompt):
        listed = prompt.question.partition("These answers were proposed:")[2].split()
        return f"Best: {listed[listed.index('<2>') - 1].rstrip(':')}" if listed else f"<{prompt.draw}>"

    orders = set()
    for number in range(20):
        model = Player(reply=judged)
        assert run(BestOfN(model, draws=3), Prompt.of(f"Question {number}?")).text == "<2>"
        orders.add(tuple(re.findall(r"<\d>", model.asked[3].question)))
    assert len(orders) > 3


def test_a_judge_of_its_own_picks():
    model, judge = Player(["18", "24"]), Player(["Best: 2"], name="judge")
    assert run(BestOfN(model, draws=2, judge=judge), QUESTION).text == "24"
    assert len(judge.asked) == 1


def test_draws_are_numbered_from_the_prompts_own_so_that_nested_votes_repeat_none():
    model = Player(["The answer is 24."])
    inner = SelfConsistency(model, answer=AnswerType("number"), draws=3)
    run(SelfConsistency(inner, answer=AnswerType("number"), draws=4), QUESTION)
    assert sorted(p.draw for p in model.asked) == list(range(12))


def test_voting_at_temperature_zero_is_refused_before_anything_is_sent():
    model = Player()
    with pytest.raises(UsageError, match="temperature 0"):
        run(SelfConsistency(model, draws=3), Prompt.of("?", temperature=0))
    assert not model.asked


def test_the_draws_can_have_a_temperature_of_their_own():
    _, model = vote(["The answer is 1."] * 2, temperature=0.7)
    assert {p.temperature for p in model.asked} == {0.7}
