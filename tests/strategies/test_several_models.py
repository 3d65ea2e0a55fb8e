"""Techniques that ask several models: which of them is asked what, and when."""

import pytest

from promptkit import (
    AnswerNotFound,
    AnswerType,
    Cascade,
    ChainOfThought,
    Debate,
    MixtureOfAgents,
    Prompt,
    Router,
    SelfConsistency,
    UsageError,
    preview,
    run,
)
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

NUMBER = AnswerType("number")
QUESTION = Prompt.of("How many legs do 3 spiders have?\nAnswer with a number.").with_form("Answer with a number.")


def contents(prompt):
    return [message.content for message in prompt.messages]


def by_name(*models):
    named = {model.name: model for model in models}
    return TaskContext(NUMBER, load_model=lambda name: named[name])


def test_a_cascade_keeps_the_cheap_answer_when_its_draws_agree():
    cheap, dear = Player(["It is 24."]), Player(["It is 25."])
    answer = run(Cascade(cheap, to=(dear,), answer=NUMBER), QUESTION)
    assert answer.text == "It is 24."
    assert (len(cheap.asked), len(dear.asked)) == (3, 0)
    assert answer.note == "3 of 3 draws of player agree"
    voting = Player(["It is 24."])
    run(SelfConsistency(voting, answer=NUMBER, draws=3), QUESTION)
    assert cheap.asked == voting.asked


@pytest.mark.parametrize("replies", [["It is 24.", "It is 25.", "It is 24."], ["no idea"], ["24", "24", "no idea"]])
def test_a_cascade_asks_the_dear_model_once_when_draws_disagree_or_have_no_answer(replies):
    cheap, dear = Player(replies), Player(["It is 26."], name="dear")
    answer = run(Cascade(cheap, to=(dear,), answer=NUMBER), QUESTION)
    assert answer.text == "It is 26."
    assert dear.asked == [QUESTION]
    assert answer.note.endswith("asked dear")


def test_a_cascade_goes_from_model_to_model_and_the_share_that_must_agree_can_be_lower():
    replies = ["It is 24.", "It is 24.", "It is 25."]
    first, second, third = Player(["no idea"]), Player(replies), Player()
    answer = run(Cascade(first, to=(second, third), answer=NUMBER, agreement=0.6), QUESTION)
    assert answer.text == "It is 24."
    assert (len(first.asked), len(second.asked), len(third.asked)) == (3, 3, 0)


def test_agents_of_a_debate_see_their_own_answers_and_the_latest_of_the_others():
    model = Player(["a 1", "b 2", "c 2", "a 2", "b 2", "c 3"])
    answer = run(Debate(ChainOfThought(model), answer=NUMBER), QUESTION)
    first, later = model.asked[:3], model.asked[3:]
    assert answer.text == "a 2"
    assert {p.draw for p in first} == {0, 1, 2}
    assert all("step by step, then give the answer" in p.question for p in first)
    for prompt, own, others in zip(later, ("a 1", "b 2", "c 2"), ("bc", "ac", "ab"), strict=True):
        assert contents(prompt)[:2] == [QUESTION.question, own]
        assert all(f"\n{other} " in prompt.question for other in others)
        assert own not in prompt.question
        assert prompt.question.endswith("\nAnswer with a number.")
        assert prompt.question.count("Answer with a number.") == 1


def test_models_of_a_debate_take_turns_and_one_without_any_answer_is_an_error():
    first, second = Player(["It is 1."]), Player(["It is 2."])
    run(Debate(first, models=(second,), agents=3, answer=NUMBER), QUESTION)
    assert (len(first.asked), len(second.asked)) == (4, 2)
    with pytest.raises(AnswerNotFound, match="none of 3 agents") as nothing:
        run(Debate(Player(["no idea"]), answer=NUMBER), QUESTION)
    assert len(nothing.value.completions) == 6


def test_each_layer_of_a_mixture_sees_the_answers_of_the_layer_before():
    first, second, last = (Player(t, name=t[0]) for t in (["a1", "a2"], ["b1", "b2"], ["all"]))
    mixture = MixtureOfAgents(first, models=(second,), proposers=2, layers=3, aggregator=last)
    answer = run(mixture, QUESTION)
    assert answer.text == "all"
    assert [step.step for step in answer.steps] == [
        *(f"layer {layer}: proposer {proposer}" for layer in (1, 2) for proposer in (1, 2)),
        "aggregate",
    ]
    assert first.asked[0] == second.asked[0] == QUESTION
    assert all(text in first.asked[1].question for text in ("a1", "b1"))
    assert all(text in last.asked[0].question for text in ("a2", "b2"))
    assert "a1" not in last.asked[0].question
    assert last.asked[0].question.endswith("\nAnswer with a number.")
    assert len(last.asked[0].messages) == 1  # no text of a model is a system text


def test_a_model_chooses_the_route_by_what_each_is_for():
    easy, hard = Player(["Several steps. Route: 2"]), Player(["24"], name="hard")
    answer = run(Router(easy, to=(ChainOfThought(hard),), about=("facts", "sums")), QUESTION)
    assert answer.text == "24"
    assert "1. facts\n2. sums" in easy.asked[0].question
    assert "step by step" in hard.asked[0].question
    assert answer.note == "route 2: ChainOfThought"
    assert not answer.all_fallbacks()


def second(question):
    return 2


@pytest.mark.parametrize("reply", ["I can't tell.", "Route: 3", "Route: 0"])
def test_a_choice_that_is_none_falls_back_to_the_first_and_is_reported(reply):
    first, other = Player([reply, "from the first"]), Player()
    answer = run(Router(first, to=(other,)), QUESTION)
    assert answer.text == "from the first"
    assert answer.all_fallbacks() == ("asked the first: the choice could not be read",)


def test_a_function_chooses_without_a_call_and_its_failure_is_reported():
    first, other = Player(["first"]), Player(["second"])
    assert run(Router(first, to=(other,), choose=second), QUESTION).text == "second"
    assert not first.asked
    failing = run(Router(first, to=(other,), choose=lambda question: 1 / 0), QUESTION)
    assert failing.text == "first"
    assert "choose failed with ZeroDivisionError" in failing.note


def test_specifications_name_several_models():
    a, b = Player(name="a"), Player(name="b")
    for written in ("a|b", "[a, b]", "['a', 'b']", "(a, b)"):
        assert build(f"cascade(to={written})", Player(), by_name(a, b)).to == (a, b)
    assert build("debate(models=a)", Player(), by_name(a)).models == (a,)
    path = "tests.strategies.test_several_models:second"
    assert build(f"router(to=a,choose={path})", Player(), by_name(a)).choose is second
    with pytest.raises(UsageError, match=r"give the names of models, as to=nano\|nano-base"):
        build("cascade(to=3)", Player(), by_name(a))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("cascade", "needs a value for to"),
        ("cascade(to=a,agreement=0)", "above 0 and at most 1"),
        ("debate(agents=1)", "at least 2"),
        ("debate(agents=2,models=a|a)", "agents=2 and 3 models"),
        ("debate(rounds=1)", "the first is no debate"),
        ("mixture-of-agents(layers=1)", "the last is one call"),
        ("router(to=a,about=['x'])", "about has 1 texts for 2"),
        ("router(to=a,chooser=a,choose=math:floor)", "choose chooses by itself"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_asked(spec, message):
    with pytest.raises(UsageError, match=message):
        build(spec, Player(), by_name(Player(name="a")))


@pytest.mark.parametrize(
    "spec", ["cascade(to=a|b)", "router(to=a|b)", "debate(models=a|b)", "mixture-of-agents(models=a|b)"]
)
def test_over_and_preview_hold_for_all_their_models(spec):
    a, b, wrapped, other = Player(name="a"), Player(name="b"), Player(), Player(["It is 1. Route: 2"])
    strategy = build(spec, wrapped, by_name(a, b))
    assert preview(strategy, QUESTION)
    run(strategy.over(other), QUESTION)
    assert other.asked
    assert [*a.asked, *b.asked, *wrapped.asked] == []
