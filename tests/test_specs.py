import pytest

from promptkit import (
    AnswerType,
    ChainOfThought,
    Example,
    FewShot,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
    UsageError,
)
from promptkit.specs import TECHNIQUES, TaskContext, build, parse_spec, split_specs
from tests.players import Player

EXAMPLES = tuple(Example(question=f"{i} + 1?", answer=str(i + 1), reasoning="Count on.") for i in range(6))
SETTING = TaskContext(AnswerType("number"), EXAMPLES, instructions={"rules": ["Be brief."]})


def test_parts_are_read_from_the_inside_out():
    model = Player()
    built = build("few-shot(n=2)+cot+reflect", model, SETTING)
    assert built == SelfReflection(ChainOfThought(FewShot(model, examples=EXAMPLES[:2])))


def test_direct_is_the_bare_model():
    model = Player()
    assert build("direct", model) is model


def test_options_are_python_values():
    model = Player()
    built = build("self-consistency(draws=8, temperature=0.8)", model, SETTING)
    assert built == SelfConsistency(model, answer=AnswerType("number"), draws=8, temperature=0.8)


def test_few_shot_shows_reasoning_only_when_chain_of_thought_is_asked_for():
    model = Player()
    assert build("few-shot", model, SETTING) == FewShot(model, examples=EXAMPLES[:4], reasoning=False)
    assert build("few-shot(reasoning=true)", model, SETTING).reasoning
    assert build("few-shot+cot", model, SETTING).backend.reasoning


def test_a_list_is_split_outside_of_brackets_and_quotes():
    assert split_specs('a,b(x=1,y=[2,3]),instructions(task="one, two")+cot') == (
        "a",
        "b(x=1,y=[2,3])",
        'instructions(task="one, two")+cot',
    )


def test_instructions_of_the_task_and_of_the_specification_come_together():
    built = build('instructions(language="French")', Player(), SETTING)
    assert (built.rules, built.language) == (("Be brief.",), "French")


def test_a_python_path_names_any_callable_that_takes_a_backend():
    model = Player()
    assert build("promptkit.strategies:PlanThenSolve(max_steps=3)+cot", model) == ChainOfThought(
        PlanThenSolve(model, max_steps=3)
    )


def test_a_critic_can_be_named():
    critic = Player(name="critic")
    built = build(
        "cot+reflect(critic=anthropic/claude)", Player(), TaskContext(load_model={"anthropic/claude": critic}.get)
    )
    assert built.critic is critic


@pytest.mark.parametrize("name", TECHNIQUES)
def test_every_technique_can_be_named(name):
    assert build(name, Player(), SETTING).base == build("direct", Player(), SETTING)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("cott", "did you mean cot?"),
        ("cot+direct", "unknown technique 'direct'"),
        ("", "can't read"),
        ("cot+", "can't read"),
        ("cot(", "unclosed bracket"),
        ("cot)", "unclosed bracket"),
        ("cot(x=1)", "no option 'x'"),
        ("self-consistency(draws=x)", "draws='x'"),
        ("self-consistency(draws=0)", "draw at least one"),
        ("self-consistency(draws)", "write name=value"),
        ("self-consistency(backend=1)", "no option 'backend'"),
        ("few-shot(n=99)", "the task has 6"),
        ("few-shot(n=0)", "no example"),
        ("nowhere.module:thing", "can't import"),
        ("promptkit.strategies:Nothing", "can't import"),
        ("math:pi", "callable with a backend"),
        ("builtins:repr", "has no complete"),
        ("reflect(critic=openai/x)", "not available here"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(spec, said):
    with pytest.raises(UsageError) as mistake:
        build(spec, Player(), SETTING)
    assert said in str(mistake.value)


def test_what_the_task_lacks_is_said():
    with pytest.raises(UsageError, match="train split"):
        build("few-shot", Player())
    with pytest.raises(UsageError, match="nothing to instruct"):
        build("instructions", Player())


def test_direct_has_no_parts():
    assert parse_spec("direct") == ()
