from promptkit import ChainOfThought, FunctionModel, Prompt, StepBack, Templates, run
from tests.players import Player

QUESTION = Prompt.of("Which post did Ada Lind hold in June 1954?")
GENERAL = "Which posts has Ada Lind held?"
FACTS = "Judge from 1949, mayor from 1953."


def asked_of(replies=(GENERAL, FACTS, "Mayor."), prompt=QUESTION, **options):
    model = Player(replies)
    return run(StepBack(model, **options), prompt), model.asked


def test_a_more_general_question_is_asked_and_answered_before_the_question():
    answer, (abstract, background, question) = asked_of()
    assert answer.text == "Mayor."
    assert [step.step for step in answer.steps] == ["step back", "background", "whole question"]
    assert abstract.question.startswith(QUESTION.question)
    assert [m.text for m in background.messages[:2]] == [abstract.question, GENERAL]
    assert f"Background:\n{GENERAL}\n{FACTS}\n" in question.question
    assert len(question.messages) == 1


def test_a_searcher_is_shown_the_more_general_question_alone():
    seen = []

    def search(prompt):
        seen.append(prompt.messages)
        return FACTS

    answer, asked = asked_of([GENERAL, "Mayor."], searcher=FunctionModel(search))
    assert [m.text for turns in seen for m in turns] == [GENERAL]
    assert FACTS in asked[1].question
    assert len(answer.calls()) == 3


def test_the_bare_model_steps_back_and_the_wrapped_backend_answers():
    model = Player([GENERAL, FACTS, "Mayor."])
    run(StepBack(ChainOfThought(model)), QUESTION)
    assert ["step by step" in prompt.question for prompt in model.asked] == [False, False, True]


def test_only_the_question_is_asked_for_the_form_of_the_answer():
    _, asked = asked_of(prompt=QUESTION.with_form("Reply as JSON."))
    assert ["Reply as JSON." in str(prompt.messages) for prompt in asked] == [False, False, True]
    assert asked[2].question.endswith("\nReply as JSON.")


def test_without_a_more_general_question_the_question_is_asked_alone_and_the_note_says_so():
    answer, asked = asked_of([" \n", "Mayor."])
    assert asked[1] == QUESTION
    assert answer.note == "no more general question was written; asked the question alone"
    assert answer.fallbacks == ("fell back to a direct answer: no more general question was written",)


def test_no_thoughts_are_passed_on():
    _, asked = asked_of([f"<think>99</think>{GENERAL}", f"<think>99</think>{FACTS}", "Mayor."])
    assert not any("99" in m.text for prompt in asked for m in prompt.messages)


def test_it_is_in_chinese_where_that_is_chosen():
    _, asked = asked_of(templates=Templates(variant="zh-Hant"))
    assert f"背景：\n{GENERAL}\n{FACTS}" in asked[2].question
