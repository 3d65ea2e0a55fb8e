# Plain text without roles, for the base model: lists of examples, questions with answers, copied lines.
from random import Random
from typing import NamedTuple

from training.by_example import labels, operators
from training.drills import copy_drill, drill
from training.problem import Problem
from training.wordings import CHAIN, pick
from training.world import World

READ = 0.05
"""How much the text of a question counts: enough to continue a list of questions as base models do."""


class Span(NamedTuple):
    """A piece of text and how much its tokens count in the loss."""

    text: str
    weight: float


Document = list[Span]


def label_list(rng: Random, world: World) -> Document:
    """A long list of texts with their labels; each label after the first few follows from those before."""
    task = labels(rng, world, shots=rng.randint(6, 20))
    before, between = rng.choice((("", " ->"), ("", " =>"), ("Input: ", "\nLabel:"), ("Text: ", "\nLabel:")))
    spans = [Span(f"{task.intro}\n" if rng.random() < 0.7 else "", READ)]
    for question, label in (*task.examples, (task.question, task.answer)):
        spans += [Span(f"{before}{question}{between}", READ), Span(f" {label}\n", 1.0)]
    return spans


def operator_list(rng: Random, world: World) -> Document:
    """Uses of one invented operator, one a line."""
    task = operators(rng, world, shots=rng.randint(5, 16))
    spans: Document = []
    for question, value in (*task.examples, (task.question, task.answer)):
        spans += [Span(question, READ), Span(f" {value}\n", 1.0)]
    return spans


def drill_list(rng: Random, world: World) -> Document:
    """Questions and answers on all sorts of small things."""
    spans: Document = []
    for _ in range(rng.randint(2, 5)):
        question, reply = drill(rng, world)
        spans += _pair(question, reply)
    return spans


def copied(rng: Random, world: World) -> Document:
    """A line and the same line again."""
    question, text = copy_drill(rng, world)
    return [Span(f"{question}\n", READ), Span(f"{text}\n", 1.0), Span(f"{question}\n", READ), Span(f"{text}\n", 1.0)]


def question_list(rng: Random, problems: list[Problem]) -> Document:
    """Questions with answers, all bare or all with the steps before the answer."""
    reasoned = rng.random() < 0.6
    told = rng.random() < 0.5
    spans: Document = []
    for problem in problems:
        question = problem.body.strip()
        if reasoned and told:
            question += f" {pick(rng, CHAIN)}"
        reply = f"The answer is {problem.answer}."
        spans += _pair(question, f"{' '.join(problem.chain)} {reply}" if reasoned else reply)
    return spans


def _pair(question: str, reply: str) -> Document:
    return [Span(f"Q: {question}\nA:", READ), Span(f" {reply}\n", 1.0)]
