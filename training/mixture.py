# What is trained on, in which shares, and how the problems grow longer.
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from training import chats, documents
from training.by_example import ByExample, classes, labels, operators
from training.chats import Chat, Style, Turn, said
from training.chinese_stories import chinese_story
from training.comparisons import compare
from training.documents import Document, Span
from training.drills import EVENLY, drill
from training.formats import FORMS_OF, demand, quantity
from training.problem import Generator, Problem, trainable
from training.stories import large_story, story, taking_story
from training.tracking import tracking
from training.words_and_lists import sorting, spelling
from training.world import World

GENERATORS: dict[str, Generator] = {
    "story": story,
    "taking": taking_story,
    "large": large_story,
    "chinese": chinese_story,
    "compare": compare,
    "tracking": tracking,
    "spelling": spelling,
    "sorting": sorting,
}

LISTS: dict[str, Callable[[Random, World], Document]] = {
    "label_list": documents.label_list,
    "listed_question": documents.listed_question,
    "class_list": documents.class_list,
    "operator_list": documents.operator_list,
    "sum_list": documents.sum_list,
    "swap_list": documents.swap_list,
    "taking_list": documents.taking_list,
    "copied": documents.copied,
    "drill_list": documents.drill_list,
}
"""Texts that are lists."""
REHEARSED = {"label_list": 3, "class_list": 2, "listed_question": 4, "sum_list": 3, "swap_list": 5}
"""Those that come back among conversations."""


@dataclass(frozen=True)
class Shares:
    """How often each kind of conversation is drawn, each family of problems, and each drill."""

    chats: dict[str, int]
    families: dict[str, int]
    drills: tuple[int, ...] = EVENLY
    finish: float = 0.3
    """How often a task that only its examples define also says how an answer ends."""
    dense: float = 0.5
    """How often a labelling task is nothing but words and labels."""
    named: float = 0.3
    """How many of these have the names of their classes as labels."""
    lists: float = 0.15
    """How many texts are lists of examples instead of conversations, in plain text or in a question."""
    rehearsed: dict[str, int] = field(default_factory=lambda: REHEARSED)
    """Which lists these are."""
    alone: float = 0.4
    """How many of the problems that are asked directly have one step."""


COPIES = {"label_list": 30, "operator_list": 10, "copied": 26, "drill_list": 18, "question_list": 16}
"""Copying comes before all else: a label is copied from an example, and a step from a question."""
TEXTS = {
    "label_list": 40, "class_list": 16, "operator_list": 8, "copied": 8, "drill_list": 12, "question_list": 16,
}  # fmt: skip
"""Which class a word belongs to has to be known before a label can be."""
ASKED = {"story": 23, "large": 10, "chinese": 10, "compare": 32, "tracking": 19, "spelling": 3, "sorting": 3}
"""The families of problems in plain text."""
FIRST = Shares(
    chats={
        "chain": 17, "direct": 17, "plan": 10, "part": 8, "combine": 2, "review": 8, "shots": 2,
        "labels": 13, "operators": 4, "formats": 6, "drill": 15,
    },
    families={
        "story": 15, "taking": 7, "large": 10, "chinese": 10, "compare": 30, "tracking": 19, "spelling": 3,
        "sorting": 3,
    },
    drills=(2, 2, 2, 5, 2, 7),
    lists=0.2,
)  # fmt: skip
"""Looking up a sentence is what chains and plans are made of: it is drilled more while problems still grow."""
THEN = Shares(
    chats={
        "chain": 17, "direct": 17, "plan": 10, "part": 8, "combine": 2, "review": 9, "shots": 3,
        "labels": 12, "operators": 4, "formats": 12, "drill": 9,
    },
    families={
        "story": 15, "taking": 8, "large": 10, "chinese": 10, "compare": 28, "tracking": 17, "spelling": 6,
        "sorting": 6,
    },
    drills=(3, 3, 1, 3, 1, 7),
)  # fmt: skip
LAST = replace(
    THEN,
    chats={
        "chain": 15, "direct": 20, "plan": 13, "part": 11, "combine": 2, "review": 9, "shots": 3,
        "labels": 9, "operators": 4, "formats": 11, "drill": 6,
    },
    families={
        "story": 15, "taking": 12, "large": 9, "chinese": 9, "compare": 27, "tracking": 22, "spelling": 5,
        "sorting": 5,
    },
    lists=0.22,
    rehearsed=REHEARSED | {"taking_list": 9},
    alone=0.7,
)  # fmt: skip
"""What takes longest to learn: one step in a single pass, who takes from whom, and lists of many sub-questions."""


def document(rng: Random, world: World, grown: float, shares: dict[str, int] = TEXTS) -> Document:
    """A plain text. `grown` from 0 to 1 says how long problems may be."""
    kind = _drawn(rng, shares)
    if kind != "question_list":
        return LISTS[kind](rng, world)
    longest = 1 + int(3 * grown)
    family = _drawn(rng, ASKED)
    steps = [rng.randint(1, longest) for _ in range(rng.randint(1, 3))]
    return documents.question_list(rng, [_problem(rng, world, family, count) for count in steps])


def example_list(rng: Random, world: World, shares: Shares) -> Document:
    """Many examples in one text, each of which is learned."""
    return LISTS[_drawn(rng, shares.rehearsed)](rng, world)


def chat(rng: Random, world: World, grown: float, guesses: list[tuple[Problem, str]], shares: Shares = FIRST) -> Chat:
    """A conversation of the second stage; `guesses` are wrong answers that the model itself gave."""
    kind = _drawn(rng, shares.chats)
    style = Style(rng)
    match kind:
        case "labels" if rng.random() < shares.dense:
            shots = rng.randint(10, 20)
            named = rng.random() < shares.named
            task = classes(rng, world, shots) if named else labels(rng, world, shots=shots)
            return chats.example_turns(style, replace(task, intro=""), 0.0)
        case "labels":
            return _by_example(style, labels(rng, world, shots=0 if rng.random() < 0.06 else None), shares)
        case "operators":
            return _by_example(style, operators(rng, world, shots=0 if rng.random() < 0.06 else None), shares)
        case "formats":
            return _format(style, world)
        case "drill":
            question, reply = drill(rng, world, shares.drills)
            return [Turn("user", question), said(reply)]
        case "review" if guesses and rng.random() < 0.3:
            problem, guess = guesses.pop()
            return chats.review(style, problem, guess)
        case _:
            return _on_problem(style, world, kind, grown, shares)


def problem_to_guess(rng: Random, world: World, grown: float) -> Problem:
    """A problem for which the model's own direct answer is wanted."""
    family = rng.choices(("story", "compare", "tracking"), (3, 4, 2))[0]
    longest = _longest(world.chain_steps[family], grown)
    return _problem(rng, world, family, rng.randint(1, longest))


def _on_problem(style: Style, world: World, kind: str, grown: float, shares: Shares) -> Chat:
    rng = style.rng
    family = _drawn(rng, shares.families)
    most = (world.plan_steps if kind in ("plan", "part", "combine") else world.chain_steps)[family]
    longest = _longest(most, grown)
    if kind == "shots":
        count = rng.randint(2, 4)
        return chats.shots(style, [_problem(rng, world, family, rng.randint(1, min(3, longest))) for _ in range(count)])
    if kind == "direct" and style.chance(shares.alone):
        longest = 1
    problem = _problem(rng, world, family, rng.randint(1, longest))
    if kind == "chain":
        return chats.chain(style, problem)
    instructions = chats.system(style, language=style.spoken(problem)) if style.chance(0.12) else []
    return [*instructions, *_asked(style, problem, kind)]


def _asked(style: Style, problem: Problem, kind: str) -> Chat:
    match kind:
        case "direct":
            return chats.direct(style, problem)
        case "plan":
            return chats.plan(style, problem)
        case "part":
            return chats.part(style, problem, style.rng.randrange(len(problem.parts)))
        case "combine":
            return chats.combine(style, problem)
        case _:
            return chats.review(style, problem)


def _by_example(style: Style, task: ByExample, shares: Shares) -> Chat:
    return chats.example_turns(style, task, shares.finish) if style.chance(0.7) else chats.example_text(style, task)


def _format(style: Style, world: World) -> Chat:
    rng = style.rng
    if style.chance(0.2):
        asked = quantity(rng, world)
        question, demanded, plain = asked.question, asked.demand, f"The answer is {asked.plain}."
    else:
        problem = _problem(rng, world, rng.choice(("story", "story", "compare", "tracking", "tracking")), 1)
        form = rng.choice(FORMS_OF[problem.answer_kind])
        question, demanded, plain = problem.body, demand(rng, form, problem), problem.announced
    if style.chance(0.15):
        return [Turn("user", question), said(plain)]
    if style.chance(0.6):
        return [*chats.system(style, demanded.instruction), Turn("user", question), said(demanded.reply)]
    return [Turn("user", chats.directed(style, question, demanded.instruction)), said(demanded.reply)]


def _drawn(rng: Random, shares: dict[str, int]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _longest(most: int, grown: float) -> int:
    return max(1, min(most, int(1 + grown * most)))


def _problem(rng: Random, world: World, family: str, steps: int) -> Problem:
    return trainable(GENERATORS[family], rng, world, steps)


def reply_spans(chat: Chat, read: float) -> list[Span]:
    """A conversation in the ChatML form, with the weight of each piece."""
    spans = []
    for turn in chat:
        spans.append(Span(f"<|im_start|>{turn.role}\n", read))
        spans.append(Span(f"{turn.text}<|im_end|>", 1.0 if turn.learn else read))
        spans.append(Span("\n", read))
    return spans
