import pytest

from promptkit.yaml_text import YamlError, parse_yaml

NINE_LAUGHS = "a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED_LAUGHS = "a: &a {ha: ha}\n" + "\n".join(
    f"{name}: &{name} {{<<: [*{before}, *{before}]}}"
    for before, name in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
)


def test_dates_are_text_and_numbers_too_where_text_is_wanted():
    text = "[2024, 1.10, 007, 2020-99-99, 1:30, true, x]"
    assert parse_yaml(text, numbers=False) == ["2024", "1.10", "007", "2020-99-99", "1:30", True, "x"]
    assert parse_yaml(text)[:2] + parse_yaml(text)[3:4] == [2024, 1.1, "2020-99-99"]


def test_an_alias_stands_for_its_value():
    assert parse_yaml("a: &a [1, {b: 2}]\nc: [*a, *a]") == {"a": [1, {"b": 2}], "c": [[1, {"b": 2}]] * 2}
    assert parse_yaml("a: &a {b: 1}\nc: {<<: *a, d: 2}")["c"] == {"b": 1, "d": 2}


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NINE_LAUGHS, "line 5: aliases stand for more than 10,000 values"),
        (MERGED_LAUGHS, "line 11: aliases stand for more than 10,000 values"),
        ("a: 1\nb: &b [1, *b]", "line 2: a value contains itself"),
        ("a: 1\nb: " + "[" * 100_000, "line 2: nested more than 50 levels deep"),
        ("- " * 100_000, "line 1: nested more than 50 levels deep"),
        ("a: 1\nb: !!int x", "line 2: 'x' is not a YAML int"),
        ("a: 1\nb: c: d", "line 2: mapping values are not allowed here"),
        ("a: 1\n--- \nb: 2", "line 2: expected a single document"),
        ("!!python/object/apply:os.getcwd []", "line 1: could not determine a constructor for the tag"),
        ("\0", "special characters are not allowed"),
    ],
    ids=["laughs", "merged laughs", "itself", "deep", "deep in blocks", "int", "colons", "documents", "python", "NUL"],
)
def test_what_is_no_yaml_or_too_much_of_it_is_refused_with_its_line(text, message, numbers):
    with pytest.raises(YamlError) as refused:
        parse_yaml(text, numbers=numbers)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
