# Tasks that only their examples define: classes with arbitrary labels, and invented operators.
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from training.split import held_out_text
from training.world import COLOURS, World, with_article

MEANINGS: dict[str, Callable[[int, int], int]] = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "first": lambda a, _: a,
    "second": lambda _, b: b,
}
SENTENCE = (
    "{w}", "{n} has {aw}.", "{n} sees {aw}.", "{n} has a {c} {w}.", "{n} likes the {w}.", "The {w} is {c}.",
)  # fmt: skip
INTRO = (
    "Label the word.", "Give the label of the word.", "Classify the word.", "Which label fits?", "Label the text.",
    "Classify the text.", "Which label fits the text?",
)  # fmt: skip
ARROWS = (" ->", "\nLabel:", "\nOutput:", " =>", "")


@dataclass(frozen=True)
class ByExample:
    """A task given by its examples: (question, answer) pairs, and the one to answer."""

    kind: str
    intro: str
    examples: tuple[tuple[str, str], ...]
    question: str
    answer: str
    labels: tuple[str, ...] = ()

    def asked(self, text: str) -> str:
        """One of the questions, under the task's own sentence if it has one."""
        return f"{self.intro}\n{text}" if self.intro else text


def label_rule(rng: Random, world: World, classes: int) -> dict[str, str]:
    """Which label each class has."""
    return dict(zip(rng.sample(sorted(world.classes), classes), rng.sample(world.labels, classes), strict=True))


def rule_is_held_out(rule: dict[str, str]) -> bool:
    """A rule of the test split is never seen in training, with any examples."""
    return held_out_text("rule " + " ".join(f"{cls}:{rule[cls]}" for cls in sorted(rule)))


def labelled(rng: Random, world: World, rule: dict[str, str], cls: str, form: int) -> tuple[str, str]:
    """One text about a word of the class, and its label."""
    word = rng.choice(world.classes[cls])
    text = SENTENCE[form].format(w=word, aw=with_article(word), n=rng.choice(world.names), c=rng.choice(COLOURS))
    return text, rule[cls]


def labels(rng: Random, world: World, *, held_out: bool = False, shots: int | None = None) -> ByExample:
    """A classification whose labels mean nothing without the examples."""
    while True:
        rule = label_rule(rng, world, rng.choices((2, 3, 4), (3, 3, 4))[0])
        if rule_is_held_out(rule) == held_out:
            break
    form = rng.choice((0, 0, rng.randrange(1, len(SENTENCE))))
    count = shots if shots is not None else rng.randint(len(rule), 4 * len(rule))
    order = list(rule) * (count // len(rule) + 1)
    classes = order[:count]
    rng.shuffle(classes)
    asked = rng.choice(sorted(set(classes)) or sorted(rule))
    examples = _different(rng, world, rule, [*classes, asked], form)
    names = tuple(rule.values())
    listed = f" The labels are {', '.join(names[:-1])} and {names[-1]}." if rng.random() < 0.6 else ""
    return ByExample("labels", rng.choice(INTRO) + listed, tuple(examples[:-1]), *examples[-1], labels=names)


def classes(rng: Random, world: World, shots: int) -> ByExample:
    """Words with the names of their classes, which no example has to tell."""
    pairs = [(word, cls) for cls, words in world.classes.items() for word in words]
    *shown, asked = rng.sample(pairs, shots + 1)
    return ByExample("labels", "", tuple(shown), *asked, labels=tuple(world.classes))


def _different(rng: Random, world: World, rule: dict[str, str], classes: list[str], form: int) -> list[tuple[str, str]]:
    made: dict[str, str] = {}
    for cls in classes:
        while True:
            text, label = labelled(rng, world, rule, cls, form)
            if text not in made:
                made[text] = label
                break
    return list(made.items())


def operators(rng: Random, world: World, *, held_out: bool = False, shots: int | None = None) -> ByExample:
    """An invented operator: without an example its meaning is a guess among four."""
    while True:
        word, meaning = rng.choice(world.operators), rng.choice(sorted(MEANINGS))
        asked = operation(rng, word, meaning)
        if held_out_text(f"{meaning} {asked[0]}") == held_out:
            break
    count = shots if shots is not None else rng.randint(1, 5)
    examples: list[tuple[str, str]] = []
    while len(examples) < count:
        example = operation(rng, word, meaning)
        if not held_out_text(f"{meaning} {example[0]}"):
            examples.append(example)
    return ByExample("operator", "", tuple(examples), *asked)


def operation(rng: Random, word: str, meaning: str) -> tuple[str, str]:
    """One use of the operator, and its value."""
    left, right = rng.randint(10, 40), rng.randint(2, 9)
    return f"{left} {word} {right} =", str(MEANINGS[meaning](left, right))
