"""Short texts."""

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError
from promptkit.outcomes import judge

TEXT = AnswerType("text")


@pytest.mark.parametrize(
    ("reply", "target"),
    [
        ("Blue Whale", "the blue whale"),
        ('The answer is "Blue Whale".', "blue whale"),
        ("The answer is the **blue whale**. It lives in the sea.", "Blue whale"),
        ("Thought: it is big.\nAction: Finish[Blue-whale]", "blue whale"),
        ("The answer is J.R. Doe. He wrote it.", "J. R. Doe"),
        ("Zoë Müller", "Zoe Muller"),
        ("Smith & Sons", "Smith and Sons"),
        ("So the answer is } ] >.", "} ] >"),
        ("]]", "] ]"),
        ("答案是台北。", "台北"),
        ("Blue Whale", '"Blue Whale" (1994)'),
        ("Acme", "Acme Ltd."),
        ("Harbour Hall in Springfield, Ohio", "Harbour Hall"),
        ("1,000", "1000"),
    ],
)
def test_texts_that_mean_the_same_are_equal(reply, target):
    found = TEXT.find(reply)
    assert found is not None
    assert TEXT.is_correct(found, target)


@pytest.mark.parametrize(
    ("reply", "target"),
    [
        ("invalid", "valid"),
        (") ) )", ")"),
        ("{ { } }", "}"),
        ("3.5", "35"),
        ("-5", "5"),
        ("C++", "C"),
        ("World War I", "World War II"),
        ("Harbour Hall in Springfield", "Harbour Hall in Shelbyville"),
    ],
)
def test_texts_that_differ_are_not(reply, target):
    found = TEXT.find(reply)
    assert found is not None
    assert not TEXT.is_correct(found, target)


def test_a_place_that_the_question_names_need_not_be_said_again():
    found = TEXT.find("Harbour Hall")
    assert found is not None
    question = "Which hall in Springfield burnt down?"
    assert TEXT.is_correct(found, "Harbour Hall Springfield", question=question)
    assert not TEXT.is_correct(found, "Harbour Hall Springfield")


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is unknown.",
        "It is hard to say what it was, and so much has been written about it that nobody could ever read it all.",
        "One line.\nAnother line.",
    ],
)
def test_a_refusal_or_an_explanation_is_no_text(reply):
    assert TEXT.find(reply) is None


def test_an_empty_target_is_refused():
    with pytest.raises(UsageError, match="empty"):
        TEXT.check_target(" ")


@pytest.mark.parametrize("word", ["es", "is", "of", "und"])
def test_a_word_that_ends_no_sentence_can_be_the_whole_reply(word):
    assert AnswerType("text").find(word).key == word


@pytest.mark.parametrize("reply", ["-", "–", "—", "*", "**", "#", "_", "\n-", "…", "?", '""'])
@pytest.mark.parametrize("target", ["Paris", "the Nile", "乔戈里峰", "yes"])
def test_a_reply_of_signs_alone_is_no_text_that_is_asked_for(reply, target):
    assert judge(reply, "stop", TEXT, target, "Which is the longest of them?").outcome in {"wrong", "unparsed"}
