# Last letters and sorted numbers: tasks that a direct answer may solve as well as a chain.
from random import Random

from training.problem import Part, Problem
from training.world import World

SPELL = (
    "Take the last letter of each word and join them: {w}.",
    "Join the last letters of these words: {w}.",
    "What do the last letters of these words spell? {w}.",
)
SORT = (
    "Sort these numbers from low to high: {w}.",
    "Put these numbers in order, the smallest first: {w}.",
    "Order these numbers from the smallest to the largest: {w}.",
)


def spelling(rng: Random, world: World, steps: int) -> Problem:
    """The last letters of `steps` + 1 words, joined."""
    words = rng.sample((*world.class_words, *world.goods), steps + 1)
    letters = [word[-1] for word in words]
    form = rng.randrange(len(SPELL))
    at = rng.randrange(len(words))
    wrong = [*letters[:at], rng.choice([c for c in words[at] if c != letters[at]] or ["x"]), *letters[at + 1 :]]
    firsts = "".join(word[0] for word in words)
    return _listed(
        kind="spelling",
        text=SPELL[form].format(w=", ".join(words)),
        answer="".join(letters),
        answer_kind="letters",
        form=f"{form} {steps}",
        chain=[f"{word} ends with {letter}." for word, letter in zip(words, letters, strict=True)],
        parts=[
            Part(f"What is the last letter of {word}?", f"{word} ends with {letter}.", letter)
            for word, letter in zip(words, letters, strict=True)
        ],
        slipped=[f"{word} ends with {letter}." for word, letter in zip(words, wrong, strict=True)],
        slipped_answer="".join(wrong),
        near_misses=[firsts, "".join(letters[:-1]), "".join(letters[::-1])],
    )


def sorting(rng: Random, world: World, steps: int) -> Problem:
    """`steps` + 2 different numbers, to be put in order."""
    numbers = rng.sample(range(2, world.limit + 1), steps + 2)
    ordered = sorted(numbers)
    form = rng.randrange(len(SORT))
    at = rng.randrange(len(ordered) - 1)
    swapped = [*ordered[:at], ordered[at + 1], ordered[at], *ordered[at + 2 :]]
    return _listed(
        kind="sorting",
        text=SORT[form].format(w=_joined(numbers)),
        answer=_joined(ordered),
        answer_kind="list",
        form=f"{form} {steps}",
        chain=_selection(numbers, ordered),
        parts=[_next_part(index, number) for index, number in enumerate(ordered)],
        slipped=_selection(numbers, swapped),
        slipped_answer=_joined(swapped),
        near_misses=[_joined(numbers), _joined(ordered[::-1])],
    )


def _joined(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _selection(numbers: list[int], ordered: list[int]) -> list[str]:
    left, lines = list(numbers), []
    for number in ordered[:-1]:
        left.remove(number)
        lines.append(f"The smallest is {number}, left are {_joined(left)}.")
    return [*lines, f"The last is {ordered[-1]}."]


def _next_part(index: int, number: int) -> Part:
    question = "Which number is the smallest?" if index == 0 else f"Which number comes at place {index + 1}?"
    return Part(question, f"At place {index + 1} comes {number}.", str(number))


def _listed(
    *, kind: str, text: str, answer: str, answer_kind: str, form: str, chain: list[str], parts: list[Part],
    slipped: list[str], slipped_answer: str, near_misses: list[str],
) -> Problem:  # fmt: skip
    return Problem(
        kind=kind,
        steps=len(parts),
        text=text,
        question="",
        answer=answer,
        answer_kind=answer_kind,
        form=form,
        chain=tuple(chain),
        parts=tuple(parts),
        slipped=tuple(slipped),
        slipped_answer=slipped_answer,
        near_misses=tuple(miss for miss in near_misses if miss and miss != answer),
    )
