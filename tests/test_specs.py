import asyncio
import dataclasses
import importlib
import sys

import pytest

from promptkit import (
    AnswerType,
    AsText,
    ChainOfThought,
    Example,
    FewShot,
    FunctionModel,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
    Templates,
    UsageError,
)
from promptkit.specs import build, parse_spec, split_specs
from promptkit.strategies import NAMED, TECHNIQUES
from promptkit.task_context import TaskContext
from tests.players import Player

EXAMPLES = tuple(Example(question=f"{i} + 1?", answer=str(i + 1), reasoning="Count on.") for i in range(6))
CONTEXT = TaskContext(AnswerType("number"), EXAMPLES, instructions={"rules": ["Be brief."]})


def test_parts_are_read_from_the_inside_out():
    model = Player()
    built = build("few-shot(n=2)+cot+reflect", model, CONTEXT)
    assert built == SelfReflection(ChainOfThought(FewShot(model, examples=EXAMPLES[:2])))


def test_direct_is_the_bare_model():
    model = Player()
    assert build("direct", model) is model


def test_options_are_python_values():
    model = Player()
    built = build("self-consistency(draws=8, temperature=0.8)", model, CONTEXT)
    assert built == SelfConsistency(model, answer=AnswerType("number"), draws=8, temperature=0.8)


def test_few_shot_shows_reasoning_only_when_chain_of_thought_is_asked_for():
    model = Player()
    assert build("few-shot", model, CONTEXT) == FewShot(model, examples=EXAMPLES[:4], reasoning=False)
    assert build("few-shot(reasoning=true)", model, CONTEXT).reasoning
    assert build("few-shot+cot", model, CONTEXT).backend.reasoning


def test_a_list_is_split_outside_of_brackets_and_quotes():
    assert split_specs('a,b(x=1,y=[2,3]),instructions(task="one, two")+cot') == (
        "a",
        "b(x=1,y=[2,3])",
        'instructions(task="one, two")+cot',
    )


def test_instructions_of_the_task_and_of_the_specification_come_together():
    built = build('instructions(language="French")', Player(), CONTEXT)
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


@pytest.mark.parametrize("name", [*TECHNIQUES, *NAMED])
def test_every_technique_can_be_named(name):
    needed = {"wrap": "(template=chain_of_thought/think)", "cascade": "(to=other)", "router": "(to=other)"}
    context = dataclasses.replace(CONTEXT, load_model=lambda name: Player(name=name))
    assert build(name + needed.get(name, ""), Player(), context).base == build("direct", Player(), CONTEXT)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("cott", "did you mean cot?"),
        ("cot+direct", "direct is the bare model and stands alone"),
        ("", "can't read"),
        ("cot+", "can't read"),
        ("cot(", "unclosed bracket in 'cot('; write both of a pair"),
        ("cot)", "unclosed bracket"),
        ("cot(x=1)", "no option 'x'"),
        ("self-consistency(draws=x)", "draws='x'"),
        ("self-consistency(draws=0)", "draw at least one"),
        ("self-consistency(draws=3000000)", "draws=3000000: more than 10,000 draws of one prompt; draw fewer"),
        ("best-of-n(draws=10001)", "more than 10,000 draws of one prompt"),
        ("self-consistency(draws=200)+cot+best-of-n(draws=51)", "draws=51 and those inside make 10,200: more than"),
        ("reflect(rounds=3000000)", "rounds=3000000: give at least 1 and at most 1,000"),
        ("self-consistency(draws)", "write name=value"),
        ("self-consistency(backend=1)", "no option 'backend'"),
        ("few-shot(n=99)", "the task has 6"),
        ("few-shot(n=0)", "show at least one example"),
        ("nowhere.module:thing", "can't import"),
        ("promptkit.strategies:Nothing", "can't import"),
        ("math:pi", "can't be called"),
        ("builtins:repr", "has no complete"),
        ("reflect(critic=openai/x)", "not available here"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(spec, said):
    with pytest.raises(UsageError) as mistake:
        build(spec, Player(), CONTEXT)
    assert said in str(mistake.value)


def test_what_the_task_lacks_is_said():
    with pytest.raises(UsageError, match="write train in a column split"):
        build("few-shot", Player())
    with pytest.raises(UsageError, match="nothing to instruct"):
        build("instructions", Player())


def test_direct_has_no_parts():
    assert parse_spec("direct") == ()


MINE = '''
from dataclasses import dataclass
from promptkit import AnswerType, Backend, Example, PromptStrategy, Templates

@dataclass(frozen=True)
class Twice(PromptStrategy):
    """Shows the question twice."""
    answer: AnswerType = AnswerType("text")
    shown: tuple[Example, ...] = ()
    critic: Backend | None = None
    times: int = 2

    def rewrite(self, prompt):
        return prompt.with_question(" ".join([prompt.question] * self.times))

class Plain:
    def __init__(self, backend: "Unknown", *, templates: Templates | None = None, draws: int = 3) -> "Unknown":
        self.backend, self.templates, self.draws = backend, templates, draws

    async def complete(self, prompt):
        return await self.backend.complete(prompt)

def plain(backend, *, answer: AnswerType, templates: Templates, draws: int = 3):
    made = Plain(backend, templates=templates, draws=draws)
    made.answer = answer
    return made

def nested(backend, times: int):
    return Twice(backend, times=times)

def anything(backend, **options):
    made = Plain(backend)
    made.options = options
    return made

def demanding(backend, *, weight: float):
    return Plain(backend)

def broken(backend):
    return 1 / 0

def unreadable(backend, *, answer: "Answers" = None):
    return Plain(backend)

def alone():
    return None
'''


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A module `mine` with strategies that promptkit knows nothing of."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    yield importlib.import_module("mine")
    del sys.modules["mine"]


def test_an_imported_strategy_of_ours_is_built_as_by_its_name(tmp_path):
    context = TaskContext(templates=Templates((tmp_path,)))
    assert build("promptkit:ChainOfThought", Player(), context) == build("cot", Player(), context)


def test_an_imported_few_shot_shows_reasoning_where_an_imported_chain_of_thought_asks_for_some():
    built = build("promptkit:FewShot(n=2)+promptkit:ChainOfThought", Player(), CONTEXT)
    assert built == build("few-shot(n=2)+cot", Player(), CONTEXT)
    assert built.backend.reasoning


def test_a_strategy_of_somebody_else_gets_what_its_types_ask_for(mine):
    critic, model = Player(name="critic"), Player()
    context = dataclasses.replace(CONTEXT, shots=2, load_model={"a/critic": critic}.get)
    built = build("mine:Twice(times=3, critic=a/critic)", model, context)
    assert built == mine.Twice(model, answer=AnswerType("number"), shown=EXAMPLES[:2], critic=critic, times=3)


def test_a_side_model_that_takes_no_turns_is_asked_as_text(mine):
    base = FunctionModel(lambda _: "", chat=False)
    built = build("mine:Twice(critic=a/base)", Player(), TaskContext(load_model=lambda _: base))
    assert isinstance(built.critic, AsText)
    assert built.critic.backend is base


def test_a_class_that_is_no_strategy_and_a_function_get_it_as_well(mine, tmp_path):
    context = dataclasses.replace(CONTEXT, templates=Templates((tmp_path,)))
    built = [build(f"mine:{name}(draws=4)", Player(), context) for name in ("Plain", "plain")]
    by_class, by_function = (made.backend for made in built)
    assert (by_class.draws, by_class.templates) == (4, context.templates)
    assert (by_function.draws, by_function.templates, by_function.answer) == (4, context.templates, CONTEXT.answer)


def test_a_strategy_that_a_function_makes_is_one_among_strategies(mine):
    model = Player()
    built = build("mine:nested(times=3)+cot", model)
    assert built == ChainOfThought(mine.Twice(model, times=3))
    assert built.base is model


def test_an_option_that_nobody_declared_reaches_a_function_that_takes_any(mine):
    assert build("mine:anything(depth=2)", Player()).backend.options == {"depth": 2}


def test_examples_of_its_own_stay_where_the_task_has_none(mine):
    @dataclasses.dataclass(frozen=True)
    class Shows(mine.Twice):
        shown: tuple[Example, ...] = EXAMPLES[:1]

    mine.Shows = Shows
    assert build("mine:Shows", Player()).shown == EXAMPLES[:1]
    assert build("mine:Shows", Player(), CONTEXT).shown == EXAMPLES[:4]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("mine:Twice(times=two)", "mine:Twice: times='two': Input should be a valid integer"),
        ("mine:plain(draws=two)", "mine:plain: draws='two': Input should be a valid integer"),
        ("mine:Twice(tims=2)", "there is no option 'tims'; did you mean times?"),
        ("mine:plain(x=2)", "there is no option 'x'; it has answer, draws"),
        ("mine:plain(templates=2)", "there is no option 'templates'"),
        ("mine:broken(x=2)", "there is no option 'x'; it takes none"),
        ("mine:Twice(critic=2)", "give the name of a model, as provider/name"),
        ("mine:demanding", "it needs a value for weight; write (weight=…) after its name"),
        ("mine:broken", "mine:broken failed with ZeroDivisionError: division by zero ("),
        ("mine:unreadable", "the type of 'answer' can't be read: name 'Answers' is not defined; import what it names"),
        ("mine:alone", "a strategy's first argument is the backend"),
        ("mine:Twicee", "can't import mine:Twicee: there is no 'Twicee' in it; did you mean Twice?"),
        ("promptkit:Strategy", "promptkit:Strategy failed with TypeError: Can't instantiate abstract class"),
        ("mine", "unknown technique 'mine'"),
        (":x", "write module:name"),
    ],
)
def test_a_mistake_in_somebody_elses_strategy_is_named_with_the_way_out(mine, spec, message):
    with pytest.raises(UsageError) as mistake:
        build(spec, Player(), CONTEXT)
    assert message in str(mistake.value)
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import nothing_of_that_name", "can't import broken_one:x: ModuleNotFoundError: No module named 'nothing_of"),
        ("def", "can't import broken_one:x: SyntaxError: invalid syntax (broken_one.py, line 1)"),
        ("raise SystemExit(3)", "can't import broken_one:x: SystemExit: 3 ("),
        ("1 / 0", "broken_one.py, line 1)"),
    ],
)
def test_a_module_that_can_not_be_imported_is_named_with_the_reason(tmp_path, monkeypatch, source, message):
    (tmp_path / "broken_one.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError) as mistake:
        build("broken_one:x", Player())
    assert message in str(mistake.value)


def test_a_quote_behind_a_backslash_ends_no_text():
    text = 'It\'s "right" (mostly,\nand so ]}'
    (part,) = parse_spec(f"judge(model=m,rubric={text!r})")
    assert part.options == {"model": "m", "rubric": text}


@pytest.mark.parametrize(
    "part",
    [
        "plan(max_steps={})",
        "least-to-most(max_steps={})",
        "skeleton(max_points={})",
        "chain-of-verification(max_questions={})",
        "self-ask(max_follow_ups={})",
    ],
)
def test_a_limit_of_steps_is_one(part):
    model = Player()
    build(part.format(1_000), model)
    for wrong in (0, 1_001):
        with pytest.raises(UsageError, match=rf"={wrong}: allow at least one .* and at most 1,000"):
            build(part.format(wrong), model)


def test_so_many_parts_go_around_each_other_and_no_more():
    prompt = asyncio.run(build("+".join(["cot"] * 50), Player()).complete("?")).prompt
    assert "?" in prompt.question
    with pytest.raises(UsageError, match="has 51 parts; at most 50 go around each other"):
        build("+".join(["cot"] * 51), Player())
