# Small lookups: copying, single facts, and arithmetic without a story.
from random import Random

from training.arithmetic import LARGE, apply, pick_operation, small
from training.chinese_stories import chinese_story
from training.comparisons import compare
from training.problem import trainable
from training.stories import large_story, story
from training.tracking import INTRO, holders, tracking
from training.world import World, in_words, with_article

Drill = tuple[str, str]
COPY = ("Repeat: ", "Copy: ", "Say: ")


def equation(rng: Random, world: World) -> tuple[int, str, int, int]:
    """A value of any size, an operation, its operand and its result."""
    numbers = LARGE if rng.random() < 0.5 else small(world)
    value = rng.randint(2 if numbers is not LARGE else 100, numbers.limit)
    operation, operand = pick_operation(rng, value, numbers)
    return value, operation, operand, apply(value, operation, operand)


def sum_drill(rng: Random, world: World) -> Drill:
    """One operation."""
    value, operation, operand, result = equation(rng, world)
    spoken = {"+": f"{value} plus {operand}", "-": f"{value} minus {operand}", "*": f"double {value}"}
    question = rng.choice(
        (
            f"What is {value}{operation}{operand}?",
            f"{value}{operation}{operand}=",
            f"What is {spoken.get(operation, f'half of {value}')}?",
        )
    )
    return question, rng.choice((str(result), f"{value}{operation}{operand}={result}. The answer is {result}."))


def word_drill(rng: Random, world: World) -> Drill:
    """One fact about a word or a number."""
    number = rng.randint(0, world.limit)
    cls = rng.choice(sorted(world.classes))
    word = rng.choice(world.classes[cls])
    name = rng.choice(world.names)
    return rng.choice(
        (
            (f"Write {number} in words.", in_words(number)),
            (f"What is {with_article(word)}?", f"{word} is {with_article(cls)}."),
            (f"What is the last letter of {word}?", word[-1]),
            (f"Spell {word}.", " ".join(word)),
            (f"Write {name} in upper case.", name.upper()),
        )
    )


def copy_drill(rng: Random, world: World) -> Drill:
    """Words, numbers or a whole problem, said again."""
    if rng.random() < 0.4:
        generate = rng.choice((story, large_story, chinese_story, compare, tracking))
        text = trainable(generate, rng, world, rng.randint(1, 3)).text
    else:
        count = rng.randint(2, 14)
        words = [_word_or_number(rng, world) for _ in range(count)]
        text = rng.choice((" ", " ", ", ")).join(words)
    return rng.choice(COPY) + text, text


def _word_or_number(rng: Random, world: World) -> str:
    if rng.random() < 0.35:
        return str(rng.randint(0, rng.choice((world.limit, LARGE.limit))))
    return rng.choice(world.words)


def sentence_drill(rng: Random, world: World) -> Drill:
    """The sentence of a text that begins or ends with a word."""
    text = trainable(compare, rng, world, rng.randint(1, 4)).text
    sentences = [sentence.removesuffix(".") for sentence in text.split(". ")]
    first = {sentence.split()[0]: sentence for sentence in sentences}
    last = {sentence.split()[-1]: sentence for sentence in sentences if sentence.split()[-2] in ("than", "as")}
    if last and rng.random() < 0.5:
        word = rng.choice(sorted(last))
        return f"{text} Which sentence ends with {word}?", f"{last[word]}."
    word = rng.choice(sorted(first))
    return f"{text} Which sentence starts with {word}?", f"{first[word]}."


def lookup_drill(rng: Random, world: World) -> Drill:
    """Who has how many, or what: read off a list."""
    names = rng.sample(world.names, rng.randint(2, 7))
    goods = rng.choice(world.goods)
    held = {name: rng.randint(0, world.limit) for name in names}
    wanted = rng.sample(names, rng.randint(1, min(4, len(names))))
    text = " ".join(f"{name} has {count} {goods}." for name, count in held.items())
    reply = " ".join(f"{name} has {held[name]} {goods}." for name in wanted)
    if len(wanted) == 1:
        return f"{text} How many {goods} does {wanted[0]} have?", f"The answer is {held[wanted[0]]}."
    return f"{text} How many {goods} do {' and '.join(wanted)} have?", reply


def swap_drill(rng: Random, world: World) -> Drill:
    """Who has what after one swap, or none, thing by thing."""
    text, held = holders(rng, world)
    wanted = rng.sample(sorted(held), rng.randint(1, len(held)))
    asked = " and ".join(f"the {thing}" for thing in wanted)
    return f"{text} Who has {asked}?", " ".join(INTRO.format(t=thing, n=held[thing]) for thing in wanted)


DRILLS = (sum_drill, word_drill, copy_drill, sentence_drill, lookup_drill, swap_drill)
EVENLY = (3, 2, 2, 2, 1, 1)


def drill(rng: Random, world: World, shares: tuple[int, ...] = EVENLY) -> Drill:
    """One drill of any kind."""
    return rng.choices(DRILLS, shares)[0](rng, world)
