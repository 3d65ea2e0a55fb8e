"""Which number of a sentence is its result, and when a reply has none."""

import pytest

from promptkit.answers import AnswerType

NUMBER = AnswerType("number")


def read(reply: str, question: str = "") -> str | None:
    found = NUMBER.find(reply, question=question)
    return found.key if found else None


@pytest.mark.parametrize(
    ("reply", "question", "key"),
    [
        ("Answer: In 6 weeks he saves $48.", "", "48"),
        ("**Final answer:** With 4 boxes she has **28** pens.", "", "28"),
        ("Answer: Each row has 7 seats. 7 × 9 = 63. So there are 63 seats.", "", "63"),
        ("Six buses are needed for 230 pupils.", "How many buses are needed for 230 pupils?", "6"),
        ("He paid $90 for all 3 tickets.", "How much did he pay?", "90"),
        ("She pays $20 and gets back $7.50.", "How much does she get back of her $20?", "15/2"),
        ("Ben is 12 years old because he is 4 years younger than Ann.", "", "12"),
        ("Out of the 24 eggs, 9 remain.", "", "9"),
        ("Since she had 20 and ate 8, she has 12.", "", "12"),
        ("It is 12 rather than 15.", "", "12"),
        ("After step 2 we have 40.", "", "40"),
        ("The total is $12 + 30 = \\mathbf{42}$.", "", "42"),
        (
            "There are 44 gaps.\n\nThe number is always 1 less than that of posts.",
            "A fence has 45 posts. How many gaps has it?",
            "44",
        ),
        ("Das sind 11 Murmeln. 6 davon sind mehr als die 5.", "Tim hat 5 und bekommt 6. Wie viele?", "11"),
    ],
)
def test_the_result_of_a_sentence_is_told_from_its_other_numbers(reply, question, key):
    assert read(reply, question) == key


@pytest.mark.parametrize(
    "reply",
    [
        "12\n\nExplanation: 3 boxes of 4.",
        "**12**\n\nThere are 5 steps to this.",
        "12. This is because 3 boxes of 4 were bought.",
        "She has 12 left. Would you like 3 more examples?",
        "She has 12 left.\n\nLet me know if you have 2 or 3 more questions! 😊",
        "12\n\nQuestion: What is 2 + 2?\nAnswer: 4",
        '```json\n{"reasoning": "3 * 4", "answer": 12}\n```',
        "**Total:** 12\n\n*(This includes the 2 from yesterday.)*",
    ],
)
def test_what_comes_after_the_answer_does_not_hide_it(reply):
    assert read(reply) == "12"


@pytest.mark.parametrize(
    ("reply", "key"),
    [
        ("The answer is 12.\n\nWait, I forgot two. So it should be 14.", "14"),
        ("The answer is 12. Actually, 14.", "14"),
        ("Final answer: 12 … I mean 14.", "14"),
        ("Final answer: 12\n\n*Edit:* 12 + 2 = 14 pens.", "14"),
        ("Die Antwort ist 12. Moment, es sind 14.", "14"),
        ("The answer is 12. Wait, that is wrong.", None),
        ("The answer is 12. Wait, is 3 × 4 = 12? Yes.", "12"),
    ],
)
def test_a_reply_may_correct_itself(reply, key):
    assert read(reply) == key


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is 12 or maybe 13.",
        "12 (or possibly 13)",
        "Possible answers:\n\n- 6\n- 12",
        "x = 3 or x = -3",
        "The solutions are x = 2 and x = 3.",
        "The answer is (2, 3).",
        "More than 100 people came.",
        "It takes 5 to 10 minutes.",
        "If it rains, the answer is 5; otherwise it is 6.",
        "The probability is 3 in 8.",
        "I can't say without the price of the 3 books.",
        "The answer is 5 + 3.",
    ],
)
def test_where_a_careful_reader_would_not_know_nothing_is_read(reply):
    assert read(reply) is None


def test_words_of_declining_about_something_else_leave_the_answer():
    assert read("Therefore, the unknown number is 12.") == "12"
    assert read("None of the 5 are left, so she has 0.") == "0"
    assert read("Since the error in the first try was 2, the result is 8.") == "8"
