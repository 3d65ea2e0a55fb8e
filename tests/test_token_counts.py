import pytest

from promptkit.token_counts import approximate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("How far is it?", 5),
        ("internationalization", 3),
        ("1234567", 3),
        ("請檢查答案。", 6),
        ("a\nb", 3),
        ("{}[]", 4),
    ],
)
def test_words_digits_signs_and_characters_of_scripts_without_blanks_are_counted(text, tokens):
    assert approximate_tokens(text) == tokens
