import pytest

from promptkit import TemplateError

HEADER = "description: d\ninputs: {x: {default: v}}\n"


@pytest.mark.parametrize(
    "source",
    [
        f"---\n{HEADER}---\n{{{{ x }}}}",
        f"--- \n{HEADER}---\t\n{{{{ x }}}}",
        f"\n \n---\n{HEADER}---\n{{{{ x }}}}",
        f"\ufeff---\n{HEADER}---\n{{{{ x }}}}",
        f"---\n{HEADER}---\n{{{{ x }}}}".replace("\n", "\r\n"),
        f"---\n{HEADER}---\n{{{{ x }}}}".replace("\n", "\r"),
        f"---\n# a comment\n\n{HEADER}---\n{{{{ x }}}}",
    ],
    ids=["plain", "trailing blanks", "empty first lines", "byte-order mark", "CRLF", "CR", "comments"],
)
def test_front_matter_is_read_however_it_was_saved(folder, source):
    templates = folder("t", source.encode())
    assert templates.text("t") == "v"
    assert templates.header("t").description == "d"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        (f"\n---\n{HEADER}text", 2, "has no end.*; end it with a line of ---"),
        (f"{HEADER}---\ntext", 1, "lacks its first line.*; begin it with a line of ---"),
        (f"----\n{HEADER}----\ntext", 1, "begins with '----'.*; begin it with three dashes"),
        (f"\u2014\n{HEADER}---\ntext", 1, "three dashes"),
        (f"{{# about #}}\n\n---\n{HEADER}---\ntext", 3, "below a comment.*; begin the file with it"),
        ("---\ndescription: d\ninptus: {}\n---\n", 3, "no key 'inptus'.*; did you mean inputs?"),
        (
            "---\ninputs:\n  x: {type: text}\n  y: {smaple: 1}\n---\n",
            4,
            "no key 'inputs.y.smaple'.*did you mean sample?",
        ),
        ("---\ninputs:\n  x:\n    type: string\n---\n", 4, "no type 'string'.*did you mean text?"),
        ("---\ninputs:\n  x-y: text\n---\n", 3, "no variable can be called so"),
        ("---\ninputs:\n  x: text\n  x: number\n---\n", 4, "the key 'x' occurs twice"),
        ("---\ninputs: [x]\n---\n", 2, "write a mapping, key: value"),
        ("---\n- inputs\n---\n", None, "write a mapping, key: value"),
        ("---\nversion: 1\ndescription: a: b\n---\n", 3, "in quotes"),
        ("---\ndescription: {{ x }}\n---\n", 2, "front matter is wrong"),
        ("---\ninputs:\n  x: {type: text, sample: Why is it?}\n---\n", 3, "a question mark stands in quotes"),
        ("---\nversion: one\n---\n", 2, "version is 'one'"),
        ("---\ndescription: 3\n---\n", 2, "stands in quotes"),
        ("---\ntests:\n- {has: a}\n- {hass: b}\n---\n", 4, "no key 'tests.1.hass'.*did you mean has?"),
        ("---\ntests:\n- roles: [usr]\n---\n", 3, "tests.0.roles.0 is 'usr'"),
        ("---\ntests:\n- at_most: 0\n---\n", 3, "at_most"),
        ("---\nreads: {a: b}\n---\n", 2, "reads"),
    ],
)
def test_front_matter_that_can_not_be_meant_is_an_error_with_its_line(folder, tmp_path, source, line, said):
    with pytest.raises(TemplateError, match=said.replace("?", r"\?")) as refused:
        folder("t", source).render("t")
    assert (refused.value.file, refused.value.line) == (str(tmp_path / "t.j2"), line)
    assert f"{tmp_path / 't.j2'}" in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", ["---\ndescription: d\n---\nx", "{{ x }}", "<p>"])
def test_utf_16_is_refused_by_name(folder, tmp_path, encoding, text):
    with pytest.raises(TemplateError, match=r"it is UTF-16 text .*; save it as UTF-8") as refused:
        folder("t", text.encode(encoding)).render("t")
    assert refused.value.file == str(tmp_path / "t.j2")


def test_text_that_is_not_utf_8_is_refused_with_its_line(folder):
    with pytest.raises(TemplateError, match=r"not UTF-8 text.*line 2\); save it as UTF-8"):
        folder("t", b"one\ncaf\xe9").render("t")


@pytest.mark.parametrize(
    "source", ["text\n---\ninputs: x\n---\nmore", "# Title\n\n---\n", "Note: a\n---\n", "--\nbye", "- a\n---\n"]
)
def test_a_line_of_dashes_in_a_message_is_text(folder, source):
    assert folder("t", source).text("t") == source.strip()


def test_a_message_may_begin_with_a_line_of_dashes_below_an_empty_front_matter(folder):
    assert folder("t", "---\n---\n---\na").text("t") == "---\na"


def test_line_numbers_below_front_matter_are_those_of_the_file(folder):
    with pytest.raises(TemplateError, match=r"line 6\)"):
        folder("t", f"\n---\n{HEADER}---\n{{{{ nobody }}}}").render("t")


def test_tests_and_what_is_read_are_kept(folder):
    test = "{name: n, has: a, lacks: [b], roles: [user], at_most: 9, given: {x: 1}}"
    source = f"---\nreads: ['Verdict:']\ntests:\n- {test}\n---\nx"
    header = folder("t", source).header("t")
    (test,) = header.tests
    assert header.reads == ("Verdict:",)
    assert (test.name, test.has, test.lacks, test.roles, test.at_most, dict(test.given)) == (
        *("n", ("a",), ("b",), ("user",), 9),
        {"x": 1},
    )
