# Plain text without roles, for the base model: lists of examples, questions with answers, copied lines.
from random import Random
from typing import NamedTuple

from training.by_example import labels, operators
from training.drills import copy_drill, drill, equation, swap_drill
from training.problem import Problem, trainable
from training.stories import taking_story
from training.wordings import pick
from training.world import World

READ = 0.05
"""How much the text of a question counts: enough to continue a list of questions as base models do."""


LINES = (("", " ->"), ("", " =>"), ("Input: ", "\nLabel:"), ("Text: ", "\nLabel:"))
"""What stands before a text and between it and its label."""


class Span(NamedTuple):
    """A piece of text and how much its tokens count in the loss."""

    text: str
    weight: float


Document = list[Span]


def label_list(rng: Random, world: World) -> Document:
    """A long list of texts with their labels; each label after the first few follows from those before."""
    task = labels(rng, world, shots=rng.randint(6, 20))
    if rng.random() < 0.4:
        return _pairs(
            rng, [(task.asked(text), label) for text, label in (*task.examples, (task.question, task.answer))]
        )
    before, between = rng.choice(LINES)
    intro = Span(f"{task.intro}\n" if rng.random() < 0.7 else "", READ)
    return [intro, *_lines(before, between, [*task.examples, (task.question, task.answer)])]


def listed_question(rng: Random, world: World) -> Document:
    """The same as a question: the last label is the reply."""
    task = labels(rng, world, shots=rng.randint(6, 20))
    before, between = rng.choice(LINES)
    shown = _lines(before, between, list(task.examples))
    return [
        Span(f"<|im_start|>user\n{task.intro}\n", READ),
        *shown,
        Span(f"{before}{task.question}{between}<|im_end|>\n<|im_start|>assistant\n", READ),
        Span(f"{task.answer}<|im_end|>", 1.0),
        Span("\n", READ),
    ]


def class_list(rng: Random, world: World) -> Document:
    """Words with the names of their classes, which nothing but the word tells."""
    before, between = rng.choice(LINES)
    pairs = [(word, cls) for cls, words in world.classes.items() for word in words]
    return _lines(before, between, rng.sample(pairs, rng.randint(8, 20)))


def operator_list(rng: Random, world: World) -> Document:
    """Uses of one invented operator, one a line."""
    task = operators(rng, world, shots=rng.randint(5, 16))
    pairs = [*task.examples, (task.question, task.answer)]
    if rng.random() < 0.5:
        return _pairs(rng, pairs)
    return [span for question, value in pairs for span in (Span(question, READ), Span(f" {value}\n", 1.0))]


def drill_list(rng: Random, world: World) -> Document:
    """Questions and answers on all sorts of small things."""
    return _pairs(rng, [drill(rng, world) for _ in range(rng.randint(2, 5))])


def sum_list(rng: Random, world: World) -> Document:
    """Equations, one a line, with numbers of every size."""
    lines = []
    for _ in range(rng.randint(10, 24)):
        value, operation, operand, result = equation(rng, world)
        lines += [Span(f"{value}{operation}{operand}=", READ), Span(f"{result}\n", 1.0)]
    return lines


def swap_list(rng: Random, world: World) -> Document:
    """Who has what after a swap: several short texts, in which every thing is asked for sooner or later."""
    return _pairs(rng, [swap_drill(rng, world) for _ in range(rng.randint(2, 4))])


def taking_list(rng: Random, world: World) -> Document:
    """Whether what is taken comes or goes: several short stories, some about the taker, some about the other one."""
    problems = [trainable(taking_story, rng, world, 1) for _ in range(rng.randint(3, 6))]
    return _pairs(rng, [(p.parts[0].question, rng.choice((p.parts[0].work, p.announced))) for p in problems])


def copied(rng: Random, world: World) -> Document:
    """A line and the same line again."""
    question, text = copy_drill(rng, world)
    return [Span(f"{question}\n", READ), Span(f"{text}\n", 1.0), Span(f"{question}\n", READ), Span(f"{text}\n", 1.0)]


def question_list(rng: Random, problems: list[Problem]) -> Document:
    """Questions with answers, all bare or all with the steps before the answer."""
    own, reasoned = problems[0].language, rng.random() < 0.6
    told = f" {pick(rng, own.chain)}" if rng.random() < 0.3 else ""
    finish = f"\n{pick(rng, own.finish[problems[0].answer_kind])}" if rng.random() < 0.4 else ""
    pairs = []
    for problem in problems:
        reply = own.gap.join((*problem.chain, problem.announced)) if reasoned else problem.announced
        pairs.append((f"{problem.body}{finish}{told if reasoned else ''}", reply))
    return _pairs(rng, pairs)


def _lines(before: str, between: str, pairs: list[tuple[str, str]]) -> Document:
    return [
        span for text, label in pairs for span in (Span(f"{before}{text}{between}", READ), Span(f" {label}\n", 1.0))
    ]


def _pairs(rng: Random, pairs: list[tuple[str, str]]) -> Document:
    gap = rng.choice(("\n", "\n\n"))
    return [
        span for question, reply in pairs for span in (Span(f"Q: {question}\nA:", READ), Span(f" {reply}{gap}", 1.0))
    ]
