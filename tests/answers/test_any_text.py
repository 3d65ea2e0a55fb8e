"""Any text at all can be searched, in time that grows no faster than the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptkit.answers import AnswerType

KINDS = {
    "number": AnswerType("number"),
    "choice": AnswerType("choice"),
    "label": AnswerType("label", ("yes", "no")),
    "date": AnswerType("date"),
    "text": AnswerType("text"),
    "json": AnswerType("json"),
    "expression": AnswerType("expression"),
    "exact": AnswerType("exact"),
}
QUESTION = "Use 1 2 3 4.\nA. red\nB. blue\nC. 1/2/2020"

# fmt: off
WORDS = st.sampled_from([
    "the", "answer", "is", ":", "=", "\n", "\\boxed{", "}", 'Answer("', ")", "Finish[", "]", "<think>", "</think>",
    "```", "json", "{", "[", '"', "(A)", "B", "or", "and", "not", "no", "yes", "I", "a", "1", "-2", "3/0", "1,234", "$",
    "%", "e9", "10^99", "jan", "2020", "1/2/2020", "答案是", "option", "correct", ".", "?", "**", "9" * 30, "×", "(",
])
# fmt: on
TEXTS = st.text() | st.lists(WORDS | st.text(max_size=3), max_size=60).map(" ".join) | st.lists(WORDS).map("".join)

MEGABYTE = 10**6
HOSTILE = [
    *("7", "(", "{", '"', "\\", " ", "\n", "A ", ",123", "1=", "１", "\u200b", "\\boxed{", "\\frac{1}{2}", "</think>"),
    *("answer:", "the answer ", "the answer is ", "answer:\n", "答案是", '["', "[]", "```json\n", 'Answer("', "not "),
    *("(A) ", "option A is the most ", "is:\nA. ", "yes, no, ", "1/2/2020 ", "hundred and ", "9^99"),
]


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(reply=TEXTS, question=TEXTS, strict=st.booleans())
def test_a_search_never_raises(kind, reply, question, strict):
    found = KINDS[kind].find(reply, question=question, strict=strict)
    assert found is None or (found.key != "" and (found.explicit or not strict))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bait", HOSTILE)
def test_a_megabyte_of_bait_comes_to_an_end(kind, bait):
    reply = bait * (MEGABYTE // len(bait))
    found = KINDS[kind].find(f"{reply}\nand so on", question=QUESTION)
    assert found is None or found.key


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bait", [*HOSTILE, "½", "9½", "²", "9 ½ ", "個", "a", "9a"])
def test_a_line_of_bait_comes_to_an_end(kind, bait):
    reply = bait * (400 // len(bait))  # as long as what is looked at in one go: longer texts are cut before
    for text in (reply, f"It has 4 {reply}: 5 of 12 in all."):
        found = KINDS[kind].find(text, question=QUESTION)
        assert found is None or found.key


@settings(deadline=None)
@given(n=st.integers(-(10**12), 10**12))
def test_equal_numbers_have_equal_keys(n):
    for written in (f"{n}", f"{n:,}", f"{n}.00", f"**{n}**", f"\\boxed{{{n}}}", f"The answer is {n:,}.", f"答案：{n}"):
        found = KINDS["number"].find(written)
        assert found is not None
        assert found.key == str(n)


@settings(deadline=None)
@given(day=st.dates())
def test_equal_dates_have_equal_keys(day):
    year = f"{day.year:04d}"
    us, plain = f"{day.month:02d}/{day.day:02d}/{year}", f"{day.month}/{day.day}/{year}"
    chinese, words = f"{year}年{day.month}月{day.day}日", f"{day:%B} {day.day}, {year}"
    for written in (us, plain, chinese, words, f"{year}-{day.month:02d}-{day.day:02d}"):
        found = KINDS["date"].find(f"The answer is {written}.")
        assert found is not None
        assert found.key == day.isoformat()
