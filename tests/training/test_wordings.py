# What the recipe calls the library's wordings are those of templates: what is measured and trained is what is asked.
"""The recipe imports nothing of promptkit, so that a template can change without changing what was measured. Then a
test here fails, and both must be seen: the wording of then goes to `training/templates`, which `--templates` takes, and
the bundled model's card shows what it makes of the new one."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from promptkit import (
    AnswerType,
    AsText,
    ChainOfThought,
    Example,
    ExplicitInstructions,
    FewShot,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
    Templates,
    run,
)
from promptkit.strategies.critique import read_verdict
from promptkit.tasks.load import load_task
from tests.players import Player
from training import measure, wordings
from training.chats import Style, system
from training.dice import dice
from training.languages import CHINESE, ENGLISH
from training.mixture import GENERATORS
from training.problem import trainable
from training.suites import EXAMPLES, FORMATS, SUITES, example_items, problems, train_problems
from training.techniques import MOST_PARTS, Techniques, question
from training.world import WORLD

PROBLEMS = [trainable(make, dice(name), WORLD, 2) for name, make in GENERATORS.items()]
FOLDER = Path(measure.__file__).parent / "templates"
TEMPLATES = Templates((FOLDER,))
SINCE = [
    "plan_then_solve/combine",
    "plan_then_solve/plan",
    "plan_then_solve/solve",
    "self_reflection/critique",
    "self_reflection/revise",
]
each_family = pytest.mark.parametrize("problem", PROBLEMS, ids=list(GENERATORS))


@dataclass
class Script:
    """An engine that gives the next of `replies` (then the last again), and keeps what it was asked."""

    replies: list[str]
    asked: list[list[tuple[str, str]]] = field(default_factory=list)

    def chat(self, chats, **_):
        return [self._reply(chat) for chat in chats]

    def _reply(self, chat):
        self.asked.append([(turn["role"], turn["content"]) for turn in chat])
        return self.replies[min(len(self.asked), len(self.replies)) - 1]


def turns(prompts):
    return [[(message.role, message.content) for message in prompt.messages] for prompt in prompts]


def asked_by_the_library(strategy_of, problem, *replies):
    player = Player(replies=replies)
    run(strategy_of(player, templates=TEMPLATES), question(problem))
    return turns(player.asked)


def asked_by_the_recipe(technique, *replies):
    script = Script(list(replies))
    technique(Techniques(script))
    return script.asked


def test_the_wordings_of_then_stand_beside_the_recipe_where_the_librarys_are_others_now():
    kept = [file.relative_to(FOLDER).with_suffix("").as_posix() for file in sorted(FOLDER.rglob("*.j2"))]
    assert kept == SINCE
    for name in kept:
        assert TEMPLATES.read(name) != Templates.shipped().read(name)
        assert TEMPLATES.header(name).inputs == Templates.shipped().header(name).inputs


@each_family
def test_chain_of_thought_is_asked_alike(problem):
    reply = problem.announced
    assert asked_by_the_recipe(lambda t: t.chain([problem]), reply) == asked_by_the_library(
        ChainOfThought, problem, reply
    )


@each_family
def test_a_plan_is_asked_alike_up_to_its_last_step(problem):
    longest = "\n".join(f"{i}. What comes {i}th?" for i in range(1, MOST_PARTS + 2))
    for plan in ("1. Who has them?\n2. How many are there?", longest):
        replies = (plan, "Ann has them.", "There are 7.", problem.announced)
        assert asked_by_the_recipe(lambda t: t.plan([problem]), *replies) == asked_by_the_library(
            PlanThenSolve, problem, *replies
        )


@each_family
@pytest.mark.parametrize("verdict", ["Verdict: wrong", "Verdict: correct"])
def test_reflection_is_asked_alike(problem, verdict):
    recipe = asked_by_the_recipe(lambda t: t.reflect([problem], ["A draft."]), verdict, problem.announced)
    library = asked_by_the_library(SelfReflection, problem, "A draft.", verdict, problem.announced)
    assert recipe == library[1:]


@each_family
def test_a_vote_draws_alike(problem):
    def vote(model, **_):
        return SelfConsistency(ChainOfThought(model), answer=AnswerType("text"), draws=2, temperature=0.8)

    recipe = asked_by_the_recipe(lambda t: t.vote([problem], 2, 0.8), problem.announced)
    assert recipe == asked_by_the_library(vote, problem, problem.announced)


@each_family
@pytest.mark.parametrize("reasoned", [True, False])
def test_examples_are_shown_alike(problem, reasoned):
    shown = trainable(GENERATORS["story"], dice("shown"), WORLD, 1)
    recipe = asked_by_the_recipe(lambda t: t.shots([problem], [shown], 1, reasoned=reasoned), problem.announced)
    steps = shown.language.gap.join(shown.chain)
    examples = (Example(question=question(shown), answer=shown.announced, reasoning=steps),)
    library = asked_by_the_library(
        lambda model, **_: FewShot(model, examples=examples, reasoning=reasoned), problem, problem.announced
    )
    assert recipe == library


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_harness_asks_and_shows_what_the_recipe_does(suite, monkeypatch):
    monkeypatch.setattr("training.suites.ITEMS", 3)
    task = load_task(suite.name)
    first = problems(suite, WORLD)
    assert [item.question for item in task.items[:3]] == [question(problem) for problem in first]
    shown = {example.question: example for example in task.train}
    for problem in train_problems(suite, WORLD):
        example = shown[question(problem)]
        assert (example.answer, example.reasoning) == (problem.announced, problem.language.gap.join(problem.chain))


@pytest.mark.parametrize("form", FORMATS)
def test_a_form_is_demanded_alike(form):
    asked = Player()
    told = load_task(f"formats-{form}").instructions
    run(ExplicitInstructions(asked, **told), "How many?")
    script = Script(["7"])
    measurement = measure.Measurement.__new__(measure.Measurement)
    measurement.engine, measurement.shares = script, {}
    measurement._exact(form, [("How many?", "7")], FORMATS[form].instruction)
    assert script.asked == turns(asked.asked)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_base_model_reads_the_same_text(kind, monkeypatch):
    monkeypatch.setattr("training.suites.ITEMS", 3)
    for task in example_items(kind, WORLD):
        examples = tuple(Example(question=task.asked(q), answer=reply) for q, reply in task.examples)
        base = Player()
        run(FewShot(AsText(base, template="as_text/conversation"), examples=examples), task.asked(task.question))
        assert turns(base.asked) == [[("user", measure._as_text(task, len(examples)))]]


@pytest.mark.parametrize(
    ("template", "listed"),
    [("chain_of_thought/think", wordings.CHAIN), ("plan_then_solve/plan", wordings.PLAN)],
)
def test_a_directive_is_trained_on_in_the_layout_of_its_template(template, listed):
    layout = TEMPLATES.text(template, question="{q}").replace(listed[0], "{d}")
    assert layout in ENGLISH.layouts


def test_sub_questions_and_their_answers_are_trained_on_in_the_layout_of_their_templates():
    solved = [{"question": "Who?", "answer": "Ann."}]
    solve = TEMPLATES.text("plan_then_solve/solve", question="{q}", solved=solved, number=2, sub_question="How many?")
    combine = TEMPLATES.text("plan_then_solve/combine", question="{q}", solved=solved)
    done = "1. Who? Ann."
    assert solve in [f"{{q}}\n\n{heading}\n{done}\n\n{ask.format(2)}How many?" for heading, ask in ENGLISH.headings]
    assert combine in [f"{{q}}\n\n{heading}\n{done}\n\n{wordings.COMBINE[0]}" for heading, _ in ENGLISH.headings]


def test_instructions_are_trained_on_in_the_layout_of_their_template():
    role, rule, reader, demand = ENGLISH.roles[0], ENGLISH.rules[0], wordings.READERS[0], "Use cents."
    trained = {system(Style(dice(seed)), demand)[0].text for seed in range(20_000)}
    for rules, audience in (((rule,), ""), ((), reader), ((), "")):
        (rendered,) = TEMPLATES.render(
            "explicit_instructions/instructions", task=role, rules=rules, audience=audience, output_format=demand
        )
        assert rendered.content in trained


@pytest.mark.parametrize("language", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_verdicts_that_are_taught_are_read_as_they_are_meant(language):
    right, wrong = language.verdicts
    assert read_verdict(f"{language.gives.format('7', '7')}\n{right}")
    assert read_verdict(f"{language.gives.format('7', '8')}\n{wrong}") is False


@pytest.mark.parametrize("name", ["CHAIN", "PLAN", "COMBINE", "REVIEW", "VERDICT", "REVISE"])
def test_the_librarys_wording_is_trained_on(name):
    listed = getattr(wordings, name)
    assert listed[0] in listed[: -wordings.HELD_OUT]
    assert listed[0] not in listed[-wordings.HELD_OUT :]
