# The plot of all word problems: a number of things that changes step by step, told in the sentences of a language.
from dataclasses import dataclass
from random import Random

from training.arithmetic import Event, Numbers, account, pick_operation, slipped_account
from training.languages import Language
from training.problem import Part, Problem

Slots = dict[str, object]


@dataclass(frozen=True)
class Forms:
    """Sentences with slots: n who, s who or a pronoun, q who else, r another one, x and a numbers, o the goods."""

    intro: tuple[str, ...]
    change: dict[str, tuple[str, ...]]
    distractor: tuple[str, ...]
    question: tuple[str, ...]
    part: str
    joined: str
    """What stands between two sentences."""


def tell(
    rng: Random, forms: Forms, slots: Slots, subjects: tuple[str, str], numbers: Numbers, steps: int, kind: str,
    language: Language,
) -> Problem:  # fmt: skip
    """A story of `steps` changes, and up to two sentences that change nothing; `subjects` stand for s in turn."""
    start = rng.choice(numbers.starts)
    intro, asked = rng.randrange(len(forms.intro)), rng.randrange(len(forms.question))
    events, used = _events(rng, forms, slots, subjects, numbers, start, steps)
    lines, values = account(start, events, said=language.said)
    slipped, slipped_end = slipped_account(rng, start, events, language.said)
    first = forms.intro[intro].format(**slots, x=start)
    answer = str(values[-1])
    misses = {str(v) for v in (start, *values[:-1], *(values[-1] + d for d in (-2, -1, 1, 2, 10))) if v >= 0}
    return Problem(
        kind=kind,
        steps=steps,
        text=forms.joined.join((first, *(event.sentence for event in events))),
        question=forms.question[asked].format(**slots),
        answer=answer,
        answer_kind="number",
        form=f"{intro} {used[-1]} {asked}",
        chain=(first, *lines),
        parts=_parts(first, forms, slots, events, lines, values),
        slipped=(first, *slipped),
        slipped_answer=str(slipped_end),
        near_misses=tuple(sorted(misses - {answer})),
        language=language,
    )


def _events(
    rng: Random, forms: Forms, slots: Slots, subjects: tuple[str, str], numbers: Numbers, value: int, steps: int
) -> tuple[list[Event], list[str]]:
    events: list[Event] = []
    used: list[str] = []
    distractors = min(rng.choices((0, 1, 2), (7, 2, 1))[0], steps)
    places = [rng.randint(0, steps) for _ in range(distractors)]
    for step in range(steps + 1):
        events += [Event(rng.choice(forms.distractor).format(**slots)) for place in places if place == step]
        if step == steps:
            break
        operation, operand = pick_operation(rng, value, numbers)
        value = account(value, [Event("-", operation, operand)])[1][-1]
        form = rng.randrange(len(forms.change[operation]))
        template, subject = forms.change[operation][form], rng.choice(subjects)
        if template.startswith("Then {s}") and subject == subjects[0]:
            subject = subject.lower()
        events.append(Event(template.format(**slots, s=subject, a=operand), operation, operand))
        used.append(f"{operation}{form}")
    return events, used


def _parts(
    first: str, forms: Forms, slots: Slots, events: list[Event], lines: list[str], values: list[int]
) -> tuple[Part, ...]:
    changes = [(event, line) for event, line in zip(events, lines, strict=True) if event.operation]
    parts = []
    for index, ((event, line), value) in enumerate(zip(changes, values, strict=True)):
        told = forms.joined.join([*([first] if index == 0 else []), event.sentence, forms.part.format(**slots)])
        parts.append(Part(told, line, str(value)))
    return tuple(parts)
