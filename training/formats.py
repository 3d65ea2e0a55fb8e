# The same facts in a demanded form: only the number, words, JSON, capitals, a sentence, another unit.
import json
from dataclasses import dataclass
from random import Random

from training.problem import Problem
from training.split import held_out_text
from training.wordings import FORMATS, KEYS, ONLY, pick
from training.world import World, in_words

UNITS = (
    ("weeks", "days", 7, 11), ("feet", "inches", 12, 6), ("years", "months", 12, 6), ("yards", "feet", 3, 26),
    ("days", "hours", 24, 3), ("gallons", "quarts", 4, 20), ("dimes", "cents", 10, 8), ("nickels", "cents", 5, 16),
)  # fmt: skip
QUANTITY = (
    ("{n} needs {x} {u}.", "How much does {n} need?"),
    ("{n} asks for {x} {u}.", "What does {n} ask for?"),
    ("{n} wants {x} {u}.", "How much does {n} want?"),
    ("{n} has {x} {u} left.", "How much is left?"),
    ("{n} uses {x} {u}.", "How much does {n} use?"),
    ("{n} saves {x} {u}.", "How much does {n} save?"),
    ("{n} gets {x} {u} today.", "How much does {n} get?"),
    ("{n} finds {x} {u}.", "What does {n} find?"),
    ("{n} loses {x} {u}.", "What does {n} lose?"),
    ("Today {n} needs {x} {u}.", "How much is it?"),
    ("{n} waits for {x} {u}.", "What does {n} wait for?"),
    ("The rest of {n} is {x} {u}.", "How much is it?"),
)


@dataclass(frozen=True)
class Demand:
    """An instruction about the form of the reply, and the reply that obeys it."""

    instruction: str
    reply: str


FORMS_OF = {
    "number": ("number", "number", "words", "words", "json"),
    "name": ("name", "json", "upper", "upper", "upper"),
}
"""Which forms can be demanded of an answer, the harder ones more often."""


def demand(rng: Random, form: str, problem: Problem) -> Demand:
    """The answer of a problem in the form asked for."""
    answer = problem.answer
    match form:
        case "number" | "name":
            return Demand(pick(rng, ONLY[form]), answer)
        case "words":
            return Demand(pick(rng, FORMATS[form]), in_words(int(answer)))
        case "upper":
            return Demand(pick(rng, FORMATS[form]), answer.upper())
        case _:
            key = rng.choice(KEYS)
            value = int(answer) if answer.isdigit() else answer
            return Demand(pick(rng, FORMATS["json"]).format(k=key), json.dumps({key: value}))


@dataclass(frozen=True)
class Quantity:
    """A quantity told in one unit and asked for in another."""

    question: str
    plain: str
    demand: Demand


def quantity(rng: Random, world: World, *, held_out: bool = False, into: str = "") -> Quantity:
    """Without an instruction the reply keeps the unit of the question. `into` asks for one unit only."""
    while True:
        unit, other, factor, most = rng.choice([units for units in UNITS if into in ("", units[1])])
        name, amount = rng.choice(world.names), rng.randint(2, most)
        text = " ".join(rng.choice(QUANTITY)).format(n=name, x=amount, u=unit)
        if held_out_text(text) == held_out:
            break
    instruction = pick(rng, FORMATS["unit"]).format(u=other)
    return Quantity(text, f"{amount} {unit}", Demand(instruction, f"{amount * factor} {other}"))
