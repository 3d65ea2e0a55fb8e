# Shuffled facts: chains of comparisons, of which one leads to what is asked.
from itertools import pairwise
from random import Random

from training.arithmetic import Event, account, pick_operation, slipped_account, small
from training.problem import Part, Problem
from training.world import World

GIVEN = ("{n} has {x} {o}.", "{n} owns {x} {o}.")
LINK = {
    "+": "{n} has {a} more {o} than {m}.",
    "-": "{n} has {a} fewer {o} than {m}.",
    "*": "{n} has twice as many {o} as {m}.",
    "/": "{n} has half as many {o} as {m}.",
}
QUESTION = ("How many {o} does {n} have?", "How many {o} are with {n}?", "What number of {o} does {n} have?")
SIDES = (3, 4, 3)
"""How often no other chain stands beside, one, or two."""


def compare(rng: Random, world: World, steps: int) -> Problem:
    """A chain of `steps` links from a given number to the person asked for, often beside others that lead elsewhere."""
    return _compare(rng, world, steps, rng.choices((0, 1, 2), SIDES)[0])


def compare_with_dead_end(rng: Random, world: World, steps: int) -> Problem:
    """The same, always with a second chain: a forward reasoner has to guess where to begin."""
    return _compare(rng, world, steps, 1)


def compare_with_dead_ends(rng: Random, world: World, steps: int) -> Problem:
    """The same, always with two other chains."""
    return _compare(rng, world, steps, 2)


def _compare(rng: Random, world: World, steps: int, sides: int) -> Problem:
    goods = rng.choice(world.goods)
    lengths = [steps, *(rng.choice((1, 2)) for _ in range(sides))]
    names = iter(rng.sample(world.names, sum(lengths) + len(lengths)))
    main, *others = ([next(names) for _ in range(length + 1)] for length in lengths)
    given = rng.randrange(len(GIVEN))
    first, start, events = _chain(rng, world, main, goods, given)
    sentences = [first, *(event.sentence for event in events)]
    lines, values = account(start, events)
    dead_ends = []
    for side in others:
        side_first, side_start, side_events = _chain(rng, world, side, goods, rng.randrange(len(GIVEN)))
        sentences += [side_first, *(event.sentence for event in side_events)]
        dead_ends.append((side_first, *account(side_start, side_events)[0], f"This does not reach {main[-1]}."))
    rng.shuffle(sentences)
    asked = rng.randrange(len(QUESTION))
    slipped, slipped_end = slipped_account(rng, start, events)
    answer = str(values[-1])
    misses = {str(v) for v in (start, *values[:-1], *(values[-1] + d for d in (-2, -1, 1, 2, 10))) if v >= 0}
    return Problem(
        kind="compare",
        steps=steps,
        text=" ".join(sentences),
        question=QUESTION[asked].format(o=goods, n=main[-1]),
        answer=answer,
        answer_kind="number",
        form=f"{given} {events[-1].operation} {steps} {asked}",
        chain=(first, *lines),
        parts=_parts(main, goods, first, start, lines, values),
        slipped=(first, *slipped),
        slipped_answer=str(slipped_end),
        near_misses=tuple(sorted(misses - {answer})),
        dead_ends=tuple(dead_ends),
        search=" ".join([*(f"{b} needs {a}." for b, a in pairwise(reversed(main))), f"{main[0]} is given."]),
    )


def _chain(rng: Random, world: World, names: list[str], goods: str, given: int) -> tuple[str, int, list[Event]]:
    numbers = small(world)
    start = rng.choice(numbers.starts)
    value, events = start, []
    for before, name in pairwise(names):
        operation, operand = pick_operation(rng, value, numbers)
        sentence = LINK[operation].format(n=name, m=before, a=operand, o=goods)
        events.append(Event(sentence, operation, operand))
        value = account(value, events[-1:])[1][-1]
    return GIVEN[given].format(n=names[0], x=start, o=goods), start, events


def _parts(
    names: list[str], goods: str, first: str, start: int, lines: list[str], values: list[int]
) -> tuple[Part, ...]:
    work = zip(names, [first, *lines], [start, *values], strict=True)
    return tuple(Part(f"How many {goods} does {name} have?", line, str(value)) for name, line, value in work)
