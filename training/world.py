# The words and the numbers that problems are made of.
"""A `World` is all that a problem generator may draw from."""

from dataclasses import dataclass

HE, SHE = "He", "She"


def listed(words: str) -> tuple[str, ...]:
    """Words with spaces between them, as a tuple."""
    return tuple(words.split())


@dataclass(frozen=True)
class World:
    """Words, the largest number, and how many steps a trained chain and a trained plan may have."""

    people: dict[str, str]
    goods: tuple[str, ...]
    things: tuple[str, ...]
    classes: dict[str, tuple[str, ...]]
    labels: tuple[str, ...]
    operators: tuple[str, ...]
    limit: int
    operand: int
    chain_steps: dict[str, int]
    plan_steps: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """The people's names, in a fixed order."""
        return tuple(self.people)

    @property
    def class_words(self) -> tuple[str, ...]:
        """Every word that belongs to a class, in a fixed order."""
        return tuple(word for words in self.classes.values() for word in words)

    @property
    def words(self) -> tuple[str, ...]:
        """Every content word: what the tokenizer keeps whole."""
        return (
            *self.names, *self.goods, *self.things, *self.class_words, *self.classes,
            *self.labels, *self.operators, *COLOURS, *DAYS, *ONES, *TENS[2:],
        )  # fmt: skip


COLOURS = listed("red blue green black white yellow")
DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
ONES = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
TENS = ("", "", *listed("twenty thirty forty fifty sixty seventy eighty ninety"))
CLASSES = {
    "animal": listed("cat dog horse cow sheep goat lion wolf bear mouse duck frog"),
    "fruit": listed("apple pear plum grape lemon mango peach melon cherry banana orange lime"),
    "tool": listed("hammer saw drill axe spade rake nail screw wrench chisel brush shovel"),
    "vehicle": listed("car bus train truck bike boat ship plane tram van taxi sled"),
    "garment": listed("shirt sock coat glove scarf shoe boot skirt dress belt vest jacket"),
    "sport": listed("tennis golf rugby chess hockey boxing judo polo cricket football rowing fencing"),
    "drink": listed("tea milk juice water coffee cocoa soda cider punch cola broth lemonade"),
    "flower": listed("rose lily tulip daisy poppy violet iris lotus orchid jasmine lilac clover"),
}
WORLD = World(
    people={
        "Anna": SHE, "Tom": HE, "Bob": HE, "Eve": SHE, "Sam": HE, "Mia": SHE, "Leo": HE, "Zoe": SHE, "Max": HE,
        "Ivy": SHE, "Dan": HE, "Kim": SHE, "Ben": HE, "Amy": SHE, "Jon": HE, "Liz": SHE, "Ruth": SHE, "Paul": HE,
        "Nina": SHE, "Omar": HE, "Rosa": SHE, "Hugo": HE, "Lena": SHE, "Igor": HE, "Clara": SHE, "Felix": HE,
        "Alice": SHE, "Peter": HE, "Maria": SHE, "David": HE,
    },
    goods=listed(
        "apples books coins pens cards shells stamps marbles eggs cups keys nuts figs rings toys stones "
        "pencils bottles plates boxes balls tickets leaves buttons"
    ),
    things=listed("ball book key hat cup ring coin pen lamp watch bag flute map box"),
    classes=CLASSES,
    labels=listed(
        "dax fep blick wug zop tiv mib lorp gax nim pel rud sig tam vox yop kel hob jat quin brell snay plock drim "
        "A B C X Y Z up down left right hot cold north south"
    ),
    operators=listed("plim dorp wex fam zug trell hink vomp sarn bix"),
    limit=80,
    operand=9,
    chain_steps={
        "story": 6, "taking": 6, "chinese": 6, "large": 6, "compare": 4, "tracking": 6, "spelling": 4, "sorting": 5,
    },
    plan_steps={
        "story": 14, "taking": 14, "chinese": 10, "large": 8, "compare": 7, "tracking": 10, "spelling": 4, "sorting": 5,
    },
)  # fmt: skip


def in_words(number: int) -> str:
    """A number from 0 to 999 in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    return f"{ONES[number // 100]} hundred" + (f" {in_words(number % 100)}" if number % 100 else "")


def with_article(word: str) -> str:
    """The word with its indefinite article."""
    return f"an {word}" if word[0].lower() in "aeio" else f"a {word}"
