"""Cascades, debates and mixtures, beside the prompts and rules of their papers."""

import pytest

from promptkit import AnswerType, Cascade, Debate, MixtureOfAgents, Prompt, Router, run
from tests.fidelity import fidelity
from tests.players import Player

NUMBER = AnswerType("number")


@fidelity(
    "debate",
    source="Du et al. 2023, arXiv:2305.14325, section 2, and its code for GSM8K",
    checks="3 agents and 2 rounds as in the paper, and what an update shows, in the order of its prompt (own wording)",
)
def test_an_update_shows_the_others_then_asks_for_an_answer_then_shows_the_question_as_the_paper_does():
    printed = "Using the solutions from other agents as additional information, can you provide your answer"
    model = Player([f"It is {n}." for n in range(6)])
    run(Debate(model, answer=NUMBER), Prompt.of("What is 2 + 2?"))
    assert len(model.asked) == 3 * 2
    update = model.asked[3].question
    order = ["solutions of other agents", "It is 1.", "It is 2.", "additional information", "answer", "What is 2 + 2?"]
    places = [update.index(text) for text in order]
    assert places == sorted(places)
    assert all(words in printed for words in ("other agents", "additional information", "answer"))


@fidelity(
    "mixture-of-agents",
    source="Wang et al. 2024, arXiv:2406.04692, table 1",
    checks="what the synthesis is asked for, beside the paper's sentence (own wording), and the order of the layers",
)
def test_the_synthesis_is_critical_and_no_repetition_as_the_paper_asks():
    printed = "recognizing that some of it may be biased or incorrect. Your response should not simply replicate"
    model = Player(["one", "two", "three", "synthesis"])
    assert run(MixtureOfAgents(model), "Why is the sky blue?").text == "synthesis"
    asked = model.asked[3].question
    assert "may be biased or" in asked
    assert "may be biased or" in printed
    assert all(words in asked for words in ("critically", "Do not just repeat", "refined, accurate", "high-quality"))


@fidelity(
    "cascade",
    source="Yue et al. 2023, arXiv:2310.03094, vote-based decision",
    checks="the rule: the weaker model's answer stands when the share of its commonest answer reaches the threshold",
)
@pytest.mark.parametrize("agreeing", range(1, 6))
@pytest.mark.parametrize("threshold", [0.4, 0.6, 0.8, 1.0])
def test_the_weak_answer_stands_when_its_share_reaches_the_threshold(agreeing, threshold):
    weak = Player(["It is 7."] * agreeing + [f"It is {n}." for n in range(100, 105 - agreeing)])
    strong = Player(["It is 8."])
    answer = run(Cascade(weak, to=(strong,), draws=5, agreement=threshold, answer=NUMBER), "How many?")
    assert answer.text == ("It is 7." if agreeing / 5 >= threshold else "It is 8.")


@fidelity(
    "router",
    source="Ong et al. 2024, arXiv:2406.18665, section 2",
    checks="the structure: the choice is made from the question alone, and one model answers (here untrained)",
)
@pytest.mark.parametrize("route", [1, 2])
def test_a_router_sees_the_question_alone_and_one_model_answers_it_unchanged(route):
    weak, strong, chooser = Player(name="weak"), Player(name="strong"), Player([f"Route: {route}"])
    question = Prompt.of("How many?")
    run(Router(weak, to=(strong,), chooser=chooser), question)
    assert len(chooser.asked) == 1
    assert (weak.asked, strong.asked) == (([question], []) if route == 1 else ([], [question]))
