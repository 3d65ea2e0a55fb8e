"""Wrap: a technique out of a template file."""

import pytest

from promptkit import AnswerType, Example, Message, Prompt, TaskContext, Templates, UsageError, Wrap, preview, run
from promptkit.leaks import leaks_refused
from promptkit.specs import build
from tests.players import Player


@pytest.fixture
def templates(tmp_path):
    """Writes one template `ask`, with these inputs, and returns where it is."""

    def write(body, *inputs):
        declared = "".join(f"  {name}\n" for name in ("question: text", *inputs))
        (tmp_path / "ask.j2").write_text(f"---\ninputs:\n{declared}---\n{body}")
        return Templates((tmp_path,))

    return write


def test_the_last_user_message_takes_the_place_of_the_question(templates):
    found = templates("{{ question }} Be brief.")
    asked = Wrap(Player(), template="ask", templates=found).rewrite(Prompt.of("Why?", system="You know it."))
    assert asked == Prompt.of("Why? Be brief.", system="You know it.")


def test_other_messages_go_before_the_conversation_and_a_last_assistant_message_begins_the_reply(templates):
    found = templates(
        "{% system %}Be brief.{% endsystem %}{% user %}1 + 1?{% enduser %}{% assistant %}2.{% endassistant %}"
        "{% user %}{{ question }}{% enduser %}{% assistant %}It is{% endassistant %}"
    )
    asked = Wrap(Player(), template="ask", templates=found).rewrite(Prompt.of("2 + 2?", system="Count."))
    assert asked.messages == (
        Message(role="system", content="Count."),
        Message(role="system", content="Be brief."),
        Message(role="user", content="1 + 1?"),
        Message(role="assistant", content="2."),
        Message(role="user", content="2 + 2?"),
        Message(role="assistant", content="It is"),
    )


def test_a_template_without_a_user_message_adds_to_the_question(templates):
    found = templates("{% system %}About {{ question }}: be brief.{% endsystem %}")
    asked = Wrap(Player(), template="ask", templates=found).rewrite(Prompt.of("Why?"))
    assert asked == Prompt.of("Why?", system="About Why?: be brief.")


def test_the_command_line_gives_values_and_the_task_the_rest(templates):
    found = templates(
        "{{ tone }}|{{ rules | join(';') }}|{{ labels | join(',') }}|{{ kind }}|"
        "{{ examples[0].answer }}|{{ question }}",
        *("tone: text", "rules: list", "labels: list", "kind: text", "examples: list"),
    )
    context = TaskContext(
        AnswerType("label", ("yes", "no")),
        (Example(question="1?", answer="yes"),),
        instructions={"rules": ["Be sure."], "audience": "children"},
        templates=found,
    )
    (call,) = preview(build("wrap(template=ask,tone=kind)", Player(), context), "Is it?")
    assert call.prompt.question == "kind|Be sure.|yes,no|label|yes|Is it?"


def test_an_example_that_asks_the_question_is_left_out_and_refused_in_a_benchmark(templates):
    found = templates("{% for e in examples %}{{ e.question }};{% endfor %}{{ question }}", "examples: list")
    examples = (Example(question="Why?", answer="So."), Example(question="How?", answer="So."))
    wrap = Wrap(Player(), template="ask", templates=found, examples=examples)
    assert wrap.rewrite(Prompt.of("Why?")).question == "How?;Why?"
    answer = run(wrap, "Why?")
    assert answer.note == "left out example 1, which asks this very question"
    assert answer.fallbacks == ("left out an example: it asks the very question",)
    with leaks_refused(), pytest.raises(UsageError, match="example 1 asks the question itself"):
        run(wrap, "Why?")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("wrap", r"it needs a template; write wrap\(template=NAME\)"),
        ("wrap(template=nothing)", "no template named 'nothing'"),
        ("wrap(template=ask)", "needs tone, which nothing offers; give a value, as in wrap.template=ask,tone=…"),
        ("wrap(template=ask,tne=kind)", "has no input 'tne'; did you mean tone?"),
        ("wrap(template=ask,tone=3)", "tone"),
    ],
)
def test_what_can_not_be_meant_is_refused_before_anything_is_asked(templates, spec, message):
    found = templates("{{ tone }} {{ question }}", "tone: text")
    model = Player()
    with pytest.raises(UsageError, match=message):
        run(build(spec, model, TaskContext(templates=found)), "Why?")
    assert model.asked == []


def test_a_template_that_takes_the_place_of_the_question_has_to_show_it(tmp_path):
    (tmp_path / "ponder.j2").write_text("Think hard.")
    with pytest.raises(UsageError, match="never shows the question"):
        Wrap(Player(), template="ponder", templates=Templates((tmp_path,))).rewrite(Prompt.of("Why?"))
