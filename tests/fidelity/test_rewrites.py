"""Techniques that rewrite what is asked, or check what was answered, beside the papers they come from."""

import re

import pytest

from promptkit import AnswerType, Example, Prompt, preview
from promptkit.specs import build
from promptkit.strategies.wrong_reasoning import made_wrong
from promptkit.task_context import TaskContext
from tests.fidelity import fidelity
from tests.players import Player

RAR = "Deng et al. 2023, arXiv:2311.04205, section 2"


def sent(spec: str, question: str, context: TaskContext | None = None) -> list[Prompt]:
    return [call.prompt for call in preview(build(spec, Player(), context), Prompt.of(question))]


@fidelity("rephrase", source=RAR, checks="the request of the one-step form, word for word, behind the quoted question")
def test_one_step_is_the_request_of_the_paper():
    (asked,) = sent("rephrase", "{question}")
    assert " ".join(asked.question.split()) == '"{question}" Rephrase and expand the question, and respond.'


@fidelity(
    "rephrase", source=RAR, checks="of steps=2: both requests, word for word, and both questions in the second call"
)
def test_two_steps_are_the_requests_of_the_paper():
    rephrase, respond = sent("rephrase(steps=2)", "{question}")
    assert "rephrase and expand it to help you do better answering. Maintain all information" in rephrase.question
    assert re.search(r"\(original\) \{question\}\s+\(rephrased\) ", respond.question)
    assert respond.question.endswith("Use your answer for the rephrased question to answer the original question.")


@fidelity(
    "system-two-attention",
    source="Weston & Sukhbaatar 2023, arXiv:2311.11829, section 2 and figure 2",
    checks="the structure, in words of our own: context and question are written apart; the answer sees nothing else",
)
def test_the_answer_attends_to_the_regenerated_context_alone():
    context, answer = sent("system-two-attention", "{original}")
    assert "{original}" in context.question
    assert context.question.index("Context:") < context.question.index("Question:")
    assert "{original}" not in answer.question


@pytest.mark.parametrize(
    ("answer", "cue"),
    [
        (AnswerType("number"), "Therefore, the answer (arabic numerals) is"),
        (AnswerType("label", labels=("Yes", "No")), "Therefore, among Yes, No, the answer is"),
        (AnswerType("text"), "Therefore, the answer is"),
    ],
)
@fidelity(
    "extract",
    source="Kojima et al. 2022, arXiv:2205.11916, section 3 and appendix A.5",
    checks="the second call continues question and reasoning, with the paper's words for numbers, choices and the rest",
)
def test_the_answer_is_extracted_with_the_words_of_the_paper(answer, cue):
    reasoning, extraction = sent("cot+extract", "{X}", TaskContext(answer))
    assert "{X}" in reasoning.question
    assert [m.role for m in extraction.messages] == ["user", "assistant", "user"]
    assert extraction.messages[0].text == "{X}"
    assert extraction.question == cue


@fidelity(
    "contrastive",
    source="Chia et al. 2023, arXiv:2311.09277, figure 1 and section 3",
    checks="the example of the paper, whose equations change places; right before wrong, both before the question",
)
def test_the_objects_of_a_right_explanation_change_places():
    right = "He writes each friend 3*2=6 pages a week. So he writes 6*2=12 pages every week. That is 12*52=624 a year."
    wrong = "He writes each friend 12*52=624 pages a week. So he writes 3*2=6 pages every week. That is 6*2=12 a year."
    assert made_wrong(right) == wrong
    task = TaskContext(AnswerType("number"), (Example(question="{q}", answer="624", reasoning=right),))
    (asked,) = sent("contrastive", "{question}", task)
    places = [asked.question.index(part) for part in ("{q}", right, wrong, "{question}")]
    assert places == sorted(places)


@fidelity(
    "skeleton",
    source="Ning et al. 2023, arXiv:2307.15337, section 2.1",
    checks="the structure, in words of our own: points of 3 to 5 words; each is written in 1 or 2 sentences",
)
def test_the_points_of_a_skeleton_are_short_and_each_is_written_by_itself():
    outline, *points = sent("skeleton", "{question}")
    assert "3 to 5 words" in outline.question
    assert "numbered list" in outline.question
    assert len(points) == 2
    for number, point in enumerate(points, start=1):
        assert "{question}" in point.question
        assert re.search(r"1\. .+\n2\. .+", point.question)
        assert re.search(rf"point {number} \(.+\) in 1 or 2 sentences", point.question)


@fidelity(
    "verbalized-sampling",
    source="Zhang et al. 2025, arXiv:2510.01171, figure 2 and appendix",
    checks="the tags of the paper, k = 5, and the two ways of sampling; the sentences are our own",
)
def test_answers_are_asked_for_in_the_tags_of_the_paper():
    (whole,), (tails,) = sent("verbalized-sampling", "{q}"), sent("verbalized-sampling(below=0.1)", "{q}")
    assert "5 different answers" in whole.question
    for tag in ("<response>", "<text>", "<probability>"):
        assert tag in whole.question
    assert "random from the full distribution" in whole.question
    assert "tails of the distribution" in tails.question


COVE = "Dhuliawala et al. 2023, arXiv:2309.11495, section 3"


@pytest.mark.parametrize(
    ("style", "order"),
    [
        ("joint", ["draft", "checks", "revision"]),
        ("two-step", ["draft", "plan", "checks", "revision"]),
        ("factored", ["draft", "plan", "check: 1", "check: 2", "revision"]),
        ("factor-revise", ["draft", "plan", "check: 1", "check: 2", "comparison: 1", "comparison: 2", "revision"]),
    ],
)
@fidelity(
    "chain-of-verification",
    source=COVE,
    checks="the calls of each style in their order; which of them see the draft; the words are our own",
)
def test_each_style_makes_the_calls_of_the_paper(style, order):
    calls = preview(build(f"chain-of-verification(style={style})", Player()), Prompt.of("{query}"))
    assert [call.step for call in calls] == order
    sees_the_draft = [any("of reply 1›" in m.text for m in call.prompt.messages) for call in calls]
    assert sees_the_draft == [step != "draft" and (not step.startswith("check") or style == "joint") for step in order]
