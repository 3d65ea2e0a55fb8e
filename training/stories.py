# Word problems in English, with small numbers or with numbers of three digits.
from random import Random

from training.arithmetic import LARGE, Numbers, small
from training.languages import ENGLISH
from training.problem import Problem
from training.story import Forms, tell
from training.world import COLOURS, DAYS, World

FORMS = Forms(
    intro=(
        "{n} has {x} {o}.", "{n} starts with {x} {o}.", "At first {n} has {x} {o}.", "In the morning {n} has {x} {o}.",
        "{n} owns {x} {o}.", "There are {x} {o} with {n}.",
    ),
    change={
        "+": (
            "{s} buys {a} more.", "{s} finds {a} {o}.", "{q} gives {n} {a} {o}.", "{s} gets {a} more {o}.",
            "{s} picks up {a} {o}.", "Then {s} wins {a} more {o}.", "{s} takes {a} {o} from {q}.",
            "Then {q} brings {n} {a} more {o}.",
        ),
        "-": (
            "{s} gives {a} {o} to {q}.", "{s} loses {a}.", "{s} sells {a} {o}.", "{s} drops {a} {o}.",
            "{q} takes {a} {o} from {n}.", "Then {s} throws away {a} {o}.", "{s} breaks {a} of the {o}.",
            "Then {q} gets {a} {o} from {n}.",
        ),
        "*": ("{s} doubles the {o}.", "Then the number of {o} doubles."),
        "/": ("{s} gives away half of the {o}.", "{s} loses half of the {o}."),
    },
    distractor=("{r} likes the {c} {t}.", "It is {d}.", "{r} has {y} {p}."),
    question=(
        "How many {o} does {n} have now?",
        "How many {o} does {n} have at the end?",
        "How many {o} does {n} have?",
        "How many {o} are left with {n}?",
        "What is the number of {o} that {n} has now?",
    ),
    part="How many {o} does {n} have now?",
    joined=" ",
)  # fmt: skip


def story(rng: Random, world: World, steps: int) -> Problem:
    """A story of `steps` changes and up to two sentences that change nothing."""
    return _story(rng, world, steps, small(world), "story")


def taking_story(rng: Random, world: World, steps: int) -> Problem:
    """A story in which somebody takes something: it adds or takes away as the story is about the one or the other."""
    while True:
        problem = story(rng, world, steps)
        if " takes " in problem.text:
            return problem


def large_story(rng: Random, world: World, steps: int) -> Problem:
    """The same with numbers of three digits."""
    return _story(rng, world, steps, LARGE, "large")


def _story(rng: Random, world: World, steps: int, numbers: Numbers, kind: str) -> Problem:
    name, giver, other = rng.sample(world.names, 3)
    goods, other_goods = rng.sample(world.goods, 2)
    slots = {
        "n": name, "q": giver, "r": other, "o": goods, "p": other_goods, "c": rng.choice(COLOURS),
        "t": rng.choice(world.things), "d": rng.choice(DAYS), "y": rng.randint(2, 30),
    }  # fmt: skip
    return tell(rng, FORMS, slots, (world.people[name], name), numbers, steps, kind, ENGLISH)
