import pytest

from promptkit.optimizing.mending import mended

THINK = "{{ question }}\n\n{% block request %}\nReason step by step.\n{% endblock %}"
LISTED = "{{ question }}\n\nAnswers: {{ candidates }}\n\nWhich is best?"


def test_a_lost_input_is_put_back_where_the_original_begins_with_it():
    found = mended("Think hard.", THINK)
    assert (found.text, found.notes) == (
        "{{ question }}\n\nThink hard.",
        ("put {{ question }} back to its beginning",),
    )


def test_a_lost_input_is_put_back_where_the_original_ends_with_it():
    assert mended("Think.", "Be careful.\n\n{{ question }}").text == "Think.\n\n{{ question }}"


def test_a_lost_input_from_the_middle_is_refused_with_its_name():
    assert mended("{{ question }}\n\nWhich?", LISTED).reason == "it lost {{ candidates }}"


@pytest.mark.parametrize("written", ["{question}", "<question>", "[question]", "{ question }"])
def test_an_input_in_other_brackets_is_meant(written):
    assert mended(f"{written}\n\nThink.", THINK).text == "{{ question }}\n\nThink."


def test_a_fence_and_front_matter_around_it_are_left_out():
    found = mended("```jinja\n---\ndescription: Mine.\n---\n{{ question }}\n\nThink.\n```", THINK)
    assert (found.text, found.notes) == (
        "{{ question }}\n\nThink.",
        ("took it out of its fence", "left out its front matter"),
    )


@pytest.mark.parametrize(
    "tag",
    ["{{ target }}", "{% include 'judge/grade.j2' %}", "{# a comment #}", "{{ question.__class__ }}", "{% raw %}"],
)
def test_a_reply_becomes_no_template_code(tag):
    found = mended(f"{{{{ question }}}}\n\nThink. {tag}", THINK)
    assert (found.text, found.reason) == ("", f"it has a tag of its own, {tag}")


def test_an_input_that_is_shown_twice_is_refused():
    assert mended("{{ question }} Think. {{ question }}", THINK).reason == (
        "it shows {{ question }} more often than the original"
    )


def test_blocks_may_go():
    assert mended("{{ question }}\n\nThink.", THINK).notes == ()


@pytest.mark.parametrize(("text", "reason"), [("{{ question }}", "it has no words"), ("", "it has no words")])
def test_a_wording_without_words_is_refused(text, reason):
    assert mended(text, THINK).reason == reason


def test_a_wording_of_excessive_length_is_refused():
    assert "at most 6,000 are taken" in mended("{{ question }} " + "word " * 2_000, THINK).reason
