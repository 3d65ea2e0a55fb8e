# The tokenizer: every word of the world is one token, everything else is spelled in bytes.
"""Not learned by merging: a piece that the vocabulary holds is one token, any other is bytes.

So a word never shares a token with another by accident, joined letters stay letters, and the same pieces come out in
`tokenizers` and in llama.cpp (pre-tokenizer `llama-bpe`, which looks up whole pieces before it merges).
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from training import chinese_stories, chinese_wordings, mixture, wordings
from training.chinese_stories import COLOURS, GOODS, PEOPLE
from training.dice import dice
from training.languages import CHINESE
from training.words_and_lists import SORT, SPELL
from training.world import World

PAD, START, END = "<|pad|>", "<|im_start|>", "<|im_end|>"
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How llama.cpp cuts text before the lookup, for the pre-tokenizer that it calls `llama-bpe`."""
TYPOGRAPHY = "’“”…–—×→"
CHINESE_WORDS = (
    *PEOPLE, *(goods[1:] for goods in GOODS), *COLOURS,
    "答案是", "沒有變化", "現在有幾", "不知道", "上面的", "兩倍", "一半",
    "得到", "正確", "錯誤", "結論", "星期", "喜歡", "子問題", "步驟",
)  # fmt: skip
"""One token each; other Chinese text is one token a character, or bytes."""
LAST_LATIN = 0x2E7F
SAMPLE = 12_000
COMMON = 5
"""A piece that the sample holds fewer times than this is spelled."""


def build(world: World, seed: int) -> Tokenizer:
    """A tokenizer whose vocabulary is the world's words, its numbers, and the common pieces of its texts."""
    pieces = [PAD, START, END, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    merges = _character_merges(pieces) + _word_merges(pieces)
    pieces += [str(number) for number in range(10, max(world.limit, 99) + 1)]
    pieces += [f"Ġ{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)]
    for word in world.words:
        pieces += [word, f"Ġ{word}"]
    pieces += [name.upper() for name in world.names]
    pieces += _common_pieces(_sample(world, seed))
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=True))
    tokenizer.pre_tokenizer = cutter()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in (PAD, START, END)])
    return tokenizer


def cutter() -> pre_tokenizers.PreTokenizer:
    """What cuts a text into the pieces that are looked up."""
    split = pre_tokenizers.Split(Regex(PIECES), "isolated")
    return pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def load(path: Path) -> Tokenizer:
    """The tokenizer of a run."""
    return Tokenizer.from_file(str(path))


def _character_merges(pieces: list[str]) -> list[tuple[str, str]]:
    merges = []
    for character in TYPOGRAPHY + _chinese_characters():
        whole = _bytes(character)
        for end in range(1, len(whole)):
            if whole[: end + 1] not in pieces:
                merges.append((whole[:end], whole[end]))
                pieces.append(whole[: end + 1])
    return merges


def _word_merges(pieces: list[str]) -> list[tuple[str, str]]:
    # after those of the characters, so that a word is joined from whole characters
    merges = []
    for word in CHINESE_WORDS:
        for end in range(1, len(word)):
            joined = _bytes(word[: end + 1])
            if joined not in pieces:
                merges.append((_bytes(word[:end]), _bytes(word[end])))
                pieces.append(joined)
    return merges


def _bytes(text: str) -> str:
    return "".join(piece for piece, _ in cutter().pre_tokenize_str(text))


def _chinese_characters() -> str:
    """Those of everything that is said in Chinese."""
    said = repr((vars(chinese_wordings), CHINESE, chinese_stories.FORMS, PEOPLE, GOODS, COLOURS, CHINESE_WORDS))
    said += "".join(chinese_stories.DAYS) + "".join(text for pair in CHINESE.headings for text in pair)
    said += "".join(CHINESE.layouts)
    return "".join(sorted({character for character in said if ord(character) > LAST_LATIN}))


def _common_pieces(texts: Iterable[str]) -> list[str]:
    cut = cutter()
    counts = Counter(piece for text in texts for piece, _ in cut.pre_tokenize_str(text))
    return sorted(piece for piece, count in counts.items() if count >= COMMON and not piece.isdigit())


def _sample(world: World, seed: int) -> list[str]:
    rng = dice(f"{seed} vocabulary")
    texts = [turn.text for _ in range(SAMPLE) for turn in mixture.chat(rng, world, 1.0, [])]
    texts += [span.text for _ in range(SAMPLE // 4) for span in mixture.document(rng, world, 1.0)]
    # joined last letters are no words: they are left out of the sample, and only their sentences are kept
    texts = [text for text in texts if not any(mark in text for mark in ("letter", "ends with", "Spell"))]
    fixed = [*SPELL, *SORT, " ends with", "What is the last letter of", "Spell", "user\n", "assistant\n", "system\n"]
    fixed += [before + text for text in _training_wordings() for before in ("", " ")]
    return [text for text in texts if text.isascii()] + fixed * COMMON


def _training_wordings() -> list[str]:
    lists = [value for value in vars(wordings).values() if isinstance(value, tuple)]
    lists += [listed for value in (wordings.FINISH, wordings.ONLY, wordings.FORMATS) for listed in value.values()]
    return [text for listed in lists for text in listed[: -wordings.HELD_OUT]]
