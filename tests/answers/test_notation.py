"""Numbers are read whole, or not at all."""

from fractions import Fraction

import pytest

from promptkit.answers import AnswerType

NUMBER = AnswerType("number")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1 234 567", 1234567),
        ("1'234'567", 1234567),
        ("12,34,567", 1234567),
        ("12,5", Fraction(25, 2)),
        ("2½", Fraction(5, 2)),
        ("¾", Fraction(3, 4)),
        ("10²³", 10**23),
        ("6 × 10⁸", 6 * 10**8),
        ("$2M", 2_000_000),
        ("2.5k", 2500),
        ("€3.2bn", 3_200_000_000),
        ("3 dozen", 36),
        ("two and a half", Fraction(5, 2)),
        ("three quarters", Fraction(3, 4)),
        ("one", 1),
        ("१५", 15),
        ("١٥", 15),
        ("๑๕", 15),
        ("15", 15),
        ("二十三", 23),
        ("1萬", 10000),
        ("1万2千", 12000),
    ],
)
def test_a_notation_is_read_whole(written, value):
    found = NUMBER.find(f"The answer is {written}.")
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize("written", ["3:1", "±3", "2:30 pm", "3 pm", "2√3", "3π", "1.2.3", "2 hours and 30 minutes"])
def test_what_only_contains_a_number_is_none(written):
    assert NUMBER.find(f"The answer is {written}.") is None


@pytest.mark.parametrize(
    ("reply", "question", "key"),
    [
        ("Die Antwort lautet 1.234,50 €.", "", "2469/2"),
        ("Das kostet zusammen 1.250 Euro.", "", "1250"),
        ("The total is 1.250 metres.", "", "5/4"),
        ("En total, gastó 1.250 pesos.", "", "1250"),
        ("1.250", "Wie viel sind 2.500,50 € geteilt durch zwei?", "1250"),
        ("1.250", "What is 2.5 divided by 2?", "5/4"),
        ("Réponse : 1 234", "", "1234"),
    ],
)
def test_the_decimal_mark_is_that_of_the_question_or_the_language(reply, question, key):
    found = NUMBER.find(reply, question=question)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "reply",
    [
        "Die Antwort ist 15.",
        "Am Ende sind es fünfzehn Äpfel.",
        "Réponse : 15 pommes",
        "La respuesta es 15.",
        "Quindi il totale è 15.",
        "A resposta é 15.",
        "Dus ze heeft 15 appels over.",
        "Odpowiedź: 15 jabłek.",
        "Cevap: 15 elma.",
        "Ответ: 15 яблок.",
        "Vậy đáp số là 15 quả táo.",
        "उत्तर: 15",
        "الجواب هو 15 تفاحة.",
        "คำตอบคือ 15",
        "答えは15個です。",
        "정답은 15개입니다.",
        "所以一共有十五个苹果。",
        "【答案】15",
    ],
)
def test_answers_are_read_in_many_languages(reply):
    found = NUMBER.find(reply)
    assert found is not None
    assert found.key == "15"


@pytest.mark.parametrize(
    ("written", "key"), [("1.234,5", "2469/2"), ("1.2,3", None), ("1.2,3,4", None), ("1,2.3,4", None)]
)
def test_points_and_commas_in_any_order_are_one_number_or_none(written, key):
    found = NUMBER.find(f"The answer is {written} in the end.")
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("0,125", "1/8"),
        ("-0,125", "-1/8"),
        ("0,125 kg", "1/8"),
        ("Die Antwort ist 0,125.", "1/8"),
        ("0,000", "0"),
        ("0,125,000", None),
        ("00,125", None),
        ("10,125", "10125"),
    ],
)
def test_a_comma_behind_a_zero_alone_is_a_decimal_mark(written, key):
    found = NUMBER.find(written)
    assert (found.key if found else None) == key
