# Word problems in which one person's number of things changes step by step.
from random import Random

from training.arithmetic import Event, account, pick_operation, slipped_account
from training.problem import Part, Problem
from training.world import COLOURS, DAYS, World

INTRO = ("{n} has {x} {o}.", "{n} starts with {x} {o}.", "At first {n} has {x} {o}.", "In the morning {n} has {x} {o}.")
CHANGE = {
    "+": (
        "{s} buys {a} more.", "{s} finds {a} {o}.", "{q} gives {n} {a} {o}.", "{s} gets {a} more {o}.",
        "{s} picks up {a} {o}.", "Then {s} wins {a} more {o}.",
    ),
    "-": (
        "{s} gives {a} {o} to {q}.", "{s} loses {a}.", "{s} sells {a} {o}.", "{s} drops {a} {o}.",
        "{q} takes {a} {o} from {n}.", "Then {s} throws away {a} {o}.",
    ),
    "*": ("{s} doubles the {o}.", "Then the number of {o} doubles."),
    "/": ("{s} gives away half of the {o}.", "{s} loses half of the {o}."),
}  # fmt: skip
DISTRACTOR = ("{r} likes the {c} {t}.", "It is {d}.", "{r} has {y} {p}.")
QUESTION = (
    "How many {o} does {n} have now?",
    "How many {o} does {n} have at the end?",
    "How many {o} does {n} have?",
    "How many {o} are left with {n}?",
)


def story(rng: Random, world: World, steps: int) -> Problem:
    """A story of `steps` changes and up to two sentences that change nothing."""
    name, giver, other = rng.sample(world.names, 3)
    goods, other_goods = rng.sample(world.goods, 2)
    start = rng.randint(2, min(30, world.limit))
    intro, asked = rng.randrange(len(INTRO)), rng.randrange(len(QUESTION))
    slots = {"n": name, "q": giver, "r": other, "o": goods, "p": other_goods, "x": start}
    events, forms = _events(rng, world, steps, slots)
    lines, values = account(start, events)
    slipped, slipped_end = slipped_account(rng, start, events)
    first = INTRO[intro].format(**slots)
    answer = str(values[-1])
    misses = {str(v) for v in (start, *values[:-1], *(values[-1] + d for d in (-2, -1, 1, 2, 10))) if v >= 0}
    return Problem(
        kind="story",
        steps=steps,
        text=" ".join((first, *(event.sentence for event in events))),
        question=QUESTION[asked].format(**slots),
        answer=answer,
        answer_kind="number",
        form=f"{intro} {forms[-1]} {asked}",
        chain=(first, *lines),
        parts=_parts(first, goods, events, lines, values),
        slipped=(first, *slipped),
        slipped_answer=str(slipped_end),
        near_misses=tuple(sorted(misses - {answer})),
    )


def _events(rng: Random, world: World, steps: int, slots: dict[str, object]) -> tuple[list[Event], list[str]]:
    events: list[Event] = []
    forms: list[str] = []
    value = int(str(slots["x"]))
    distractors = min(rng.choices((0, 1, 2), (7, 2, 1))[0], steps)
    places = [rng.randint(0, steps) for _ in range(distractors)]
    for step in range(steps + 1):
        events += [_distractor(rng, world, slots) for place in places if place == step]
        if step == steps:
            break
        operation, operand = pick_operation(rng, value, world.limit, world.operand)
        value = account(value, [Event("-", operation, operand)])[1][-1]
        form = rng.randrange(len(CHANGE[operation]))
        subject = rng.choice((world.people[str(slots["n"])], str(slots["n"])))
        template = CHANGE[operation][form]
        if template.startswith("Then {s}"):
            subject = subject.lower() if subject in ("He", "She") else subject
        events.append(Event(template.format(**slots, s=subject, a=operand), operation, operand))
        forms.append(f"{operation}{form}")
    return events, forms


def _distractor(rng: Random, world: World, slots: dict[str, object]) -> Event:
    filled = rng.choice(DISTRACTOR).format(
        **slots, c=rng.choice(COLOURS), t=rng.choice(world.things), d=rng.choice(DAYS), y=rng.randint(2, 30)
    )
    return Event(filled)


def _parts(first: str, goods: str, events: list[Event], lines: list[str], values: list[int]) -> tuple[Part, ...]:
    changes = [(event, line) for event, line in zip(events, lines, strict=True) if event.operation]
    parts = []
    for index, ((event, line), value) in enumerate(zip(changes, values, strict=True)):
        lead = f"{first} " if index == 0 else ""
        parts.append(Part(f"{lead}{event.sentence} How many {goods} now?", line, str(value)))
    return tuple(parts)
