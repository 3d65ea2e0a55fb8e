import pytest
from pydantic import ValidationError

from promptkit import FunctionModel, Message, Prompt, Usage
from promptkit.record.identity import call_key
from promptkit.types import ASIDE_TOKENS


def test_a_prompt_is_copied_never_changed():
    prompt = Prompt.of("Why?")
    with pytest.raises(ValidationError):
        prompt.draw = 3
    assert prompt.with_draw(3).draw == 3
    assert prompt.draw == 0


def test_a_text_is_parsed_as_one_user_turn_and_a_prompt_as_itself():
    prompt = Prompt.of("Why?", system="S")
    assert Prompt.parse("Why?") == Prompt.of("Why?")
    assert Prompt.parse(prompt) is prompt


def test_the_question_is_the_last_user_turn():
    prompt = Prompt.of("Why?").then("Because.", "Really?")
    assert prompt.question == "Really?"
    assert prompt.with_question("Sure?").messages[-1] == Message(role="user", content="Sure?")
    assert prompt.with_question("Sure?").messages[:2] == prompt.messages[:2]


def test_context_goes_after_the_leading_system_turns():
    prompt = Prompt.of("Why?", system="S").with_context(Message(role="user", content="example"))
    assert [m.content for m in prompt.messages] == ["S", "example", "Why?"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": ()},
        {"temperature": -1},
        {"temperature": float("inf")},
        {"max_tokens": 0},
        {"draw": -1},
        {"top_p": 1},
        {"stop": ("",)},
        {"logprobs": -1},
        {"logprobs": 21},
    ],
)
def test_a_prompt_that_can_not_be_asked_is_refused(wrong):
    with pytest.raises(ValidationError):
        Prompt(**{"messages": Prompt.of("?").messages, **wrong})


def test_usage_adds_up():
    one = Usage(calls=1, input_tokens=5, output_tokens=2, cached_tokens=1, reasoning_tokens=1)
    unknown = Usage(calls=1, unmetered=1)
    total = one + unknown
    assert total == Usage(calls=2, unmetered=1, input_tokens=5, output_tokens=2, cached_tokens=1, reasoning_tokens=1)
    assert total + Usage() == total


def test_an_aside_drops_what_shapes_the_answer_and_keeps_how_it_is_sampled():
    kept = {"draw": 7, "repeat": 1, "temperature": 0.5}
    shaped = Prompt.of("q", system="s", max_tokens=3, stop=("END",), logprobs=2).model_copy(update=kept)
    assert shaped.aside() == Prompt.of("q", system="s", max_tokens=ASIDE_TOKENS).model_copy(update=kept)


def test_an_aside_is_limited_where_its_prompt_is_and_never_more_tightly():
    assert Prompt.of("q").aside().max_tokens is None
    assert Prompt.of("q", max_tokens=2 * ASIDE_TOKENS).aside().max_tokens == 2 * ASIDE_TOKENS


def test_an_aside_of_an_aside_is_the_same():
    aside = Prompt.of("q", max_tokens=3, stop=("END",)).aside()
    assert aside.aside() == aside


@pytest.mark.parametrize("question", ["How many?", "How many?\n\nThink first.", "", "Say: Reply as JSON. Or not?"])
def test_a_form_is_one_line_of_the_question_that_can_be_left_out_again(question):
    plain = Prompt.of(question, system="Be brief.")
    formed = plain.with_form("Reply as JSON.")
    assert (formed.question, formed.form) == (f"{question}\nReply as JSON.", "Reply as JSON.")
    assert formed.with_form("Reply as JSON.") == formed
    assert formed.without_form() == plain
    assert plain.with_form("") == plain == plain.without_form()


def test_a_form_is_left_out_of_the_middle_of_a_question_and_nothing_that_only_begins_like_it():
    asked = Prompt.of("How many?").with_form("Use digits")
    assert (
        asked.with_question("How many?\nUse digits\n\nThink first.").without_form().question
        == "How many?\n\nThink first."
    )
    assert (
        asked.with_question("How many?\nUse digits and words.").without_form().question
        == "How many?\nUse digits and words."
    )


def test_a_form_is_no_part_of_a_calls_identity():
    model = FunctionModel(lambda prompt: "7")
    formed = Prompt.of("How many?").with_form("Use digits.")
    assert call_key(model, formed) == call_key(model, Prompt.of("How many?\nUse digits."))
