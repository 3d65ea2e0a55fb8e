# Who holds what after a row of swaps.
from random import Random

from training.problem import Part, Problem
from training.split import held_out_text
from training.world import World

INTRO = "The {t} is with {n}."
SWAP = ("{a} and {b} swap.", "{a} swaps with {b}.")
QUESTION = ("Who has the {t} now?", "Who has the {t} at the end?", "Who has the {t}?")


def tracking(rng: Random, world: World, steps: int) -> Problem:
    """Three or four people, each with a thing, and `steps` swaps of which some do not concern the thing asked for."""
    count = rng.choice((3, 4))
    people, things = rng.sample(world.names, count), rng.sample(world.things, count)
    at, asked = rng.randrange(count), rng.randrange(len(QUESTION))
    thing, start = things[at], people[at]
    style = rng.randrange(3)
    swaps = [_swap(rng, people, style) for _ in range(steps)]
    holders = _holders(start, [pair for _, pair in swaps])
    slip_at = rng.randrange(steps)
    slipped = _slipped(rng, start, [pair for _, pair in swaps], slip_at, people)
    clauses = [sentence[:-1] for sentence, _ in swaps]
    first = INTRO.format(t=thing, n=start)
    intro = " ".join(INTRO.format(t=t, n=n) for n, t in zip(people, things, strict=True))
    return Problem(
        kind="tracking",
        steps=steps,
        text=" ".join((intro, *(sentence for sentence, _ in swaps))),
        question=QUESTION[asked].format(t=thing),
        answer=holders[-1],
        answer_kind="name",
        form=f"{count} {style} {at} {asked}",
        chain=(first, *_lines(clauses, holders)),
        parts=_parts(first, thing, swaps, clauses, holders),
        slipped=(first, *_lines(clauses, slipped)),
        slipped_answer=slipped[-1],
        near_misses=tuple(name for name in people if name != holders[-1]),
    )


def holders(rng: Random, world: World) -> tuple[str, dict[str, str]]:
    """A text of at most one swap, and who has each thing after it."""
    while True:
        count = rng.randint(2, 4)
        people, things = rng.sample(world.names, count), rng.sample(world.things, count)
        sentences = [INTRO.format(t=t, n=n) for n, t in zip(people, things, strict=True)]
        swaps = [_swap(rng, people, rng.randrange(3)) for _ in range(rng.choice((0, 1, 1, 1)))]
        text = " ".join((*sentences, *(sentence for sentence, _ in swaps)))
        if not held_out_text(text):
            pairs = [pair for _, pair in swaps]
            return text, {t: [n, *_holders(n, pairs)][-1] for n, t in zip(people, things, strict=True)}


def _swap(rng: Random, people: list[str], style: int) -> tuple[str, tuple[str, str]]:
    first, second = rng.sample(people, 2)
    form = style if style < 2 else rng.randrange(2)
    return SWAP[form].format(a=first, b=second), (first, second)


def _after(holder: str, pair: tuple[str, str]) -> str:
    first, second = pair
    return second if holder == first else first if holder == second else holder


def _holders(start: str, pairs: list[tuple[str, str]]) -> list[str]:
    holders = [start]
    for pair in pairs:
        holders.append(_after(holders[-1], pair))
    return holders[1:]


def _slipped(rng: Random, start: str, pairs: list[tuple[str, str]], at: int, people: list[str]) -> list[str]:
    holders = _holders(start, pairs)
    wrong = rng.choice([name for name in people if name != holders[at]])
    return [*holders[:at], wrong, *_holders(wrong, pairs[at + 1 :])]


def _lines(clauses: list[str], holders: list[str]) -> list[str]:
    return [f"{clause}: {holder}." for clause, holder in zip(clauses, holders, strict=True)]


def _parts(
    first: str, thing: str, swaps: list[tuple[str, tuple[str, str]]], clauses: list[str], holders: list[str]
) -> tuple[Part, ...]:
    parts = []
    for index, (line, holder) in enumerate(zip(_lines(clauses, holders), holders, strict=True)):
        lead = f"{first} " if index == 0 else ""
        parts.append(Part(f"{lead}{swaps[index][0]} Who has the {thing}?", line, holder))
    return tuple(parts)
