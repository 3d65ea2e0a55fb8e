import itertools

import pytest

from promptkit.providers.llama.repetition import Repetition


def cut_at(pieces):
    """After how many characters the text is found to repeat itself, or `None`."""
    watch, seen = Repetition(), 0
    for piece in pieces:
        seen += len(piece)
        if watch.goes_on(piece):
            return seen
    return None


def table(row):
    return "".join(row.format(n, 7 * n % 100) for n in range(500))


@pytest.mark.parametrize(
    "block", ["la femme au martyre, ", "Paris. ", "\n", " \n", "ha", "漢字", "I do not know. " * 8, "a" * 119 + "b"]
)
def test_a_text_that_only_repeats_itself_is_found_within_its_last_thousand_characters(block):
    found = cut_at(["It is said that:\n", *[block] * 2000])
    assert found
    assert found <= 1000 + 2 * 64 + len(block) + 17


@pytest.mark.parametrize(("length", "span"), [(200, 2000), (450, 4000)])
def test_a_longer_block_has_to_stand_there_longer(length, span):
    block = ("A sentence of some length that says nothing much, and then another. " * 9)[: length - 1] + "\n"
    found = cut_at([block] * 50)
    assert found
    assert span <= found <= span + 2 * max(64, length)


@pytest.mark.parametrize(
    "text",
    [
        table("{}. Berlin\n"),
        table("| {} | yes | {} |\n"),
        table("{}, "),
        "0, " * 2000,
        "| 0.5 | 0.5 |\n" * 500,
        "1 + 1 = 2\n" * 500,
        "-" * 3000,
        " ".join("".join(letters) for letters in itertools.product("abcdefgh", repeat=4)),
    ],
)
def test_lists_tables_and_columns_of_figures_are_left_alone(text):
    assert cut_at(text[i : i + 5] for i in range(0, len(text) - 5, 5)) is None


def test_a_text_that_repeated_itself_for_a_while_goes_on():
    assert cut_at(["No. " * 200, "And now for something else: ", "yes " * 200, "the end"]) is None
