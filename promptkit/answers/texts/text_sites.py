"""The places of a reply at which a text stands, and the other texts that may be its answer instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from promptkit.answers.prose.new_words import is_known
from promptkit.answers.prose.reply import plain_signs
from promptkit.answers.prose.sentences import concludes, sentence_spans
from promptkit.answers.prose.topic import asking, stems
from promptkit.answers.texts.text_keys import text_key
from promptkit.answers.texts.text_words import ALL, ENGLISH, Words
from promptkit.answers.words.marks import language

_MOST = 14  # sentences, from both ends of a reply
_TOKENS = 120  # words of a sentence
_LONGEST = 7  # words of a rival
_SHORT = 4
_CJK = "\u3040-\u30ff\u3400-\u9fff"
_CHINESE_LINKS = "认为|認為|一般|因为|因為|称为|稱為|以及|不过|但是|通常|就是|[是的在和与與了有于於由被叫]"
_TOKEN = re.compile(
    rf"(?:{_CHINESE_LINKS})|(?:(?!{_CHINESE_LINKS})[\u3400-\u9fff々〆ー\u30a0-\u30ff])+|[\u3040-\u309f]+"
    r"|(?:(?![\u3040-\u30ff\u3400-\u9fff])[^\s.,;:!?\"()*_«»“”`。、，।؟،—–/\[\]{}#|<>~-])+(?:\.(?=[A-Z]\.)[A-Z])*"
)
_CLAUSE = re.compile(r"[,;:，。؛،।](?=\s|$|[^\d\s])|\s[—–-]\s|—")
_PARENTHESIS = re.compile(r"\([^()\n]{0,160}\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,120})\*\*|__([^_\n]{1,120})__")
_MARKED = re.compile(
    r"(?<![\w*])\*([^*\s][^*\n]{0,80})\*(?![\w*])|\"([^\"\n]{1,80})\"|(?<!\w)_([^_\n]{1,80})_(?!\w)|`([^`\n]{1,60})`|(?<!\w)'([^'\n]{1,60})'(?!\w)"
)
_BULLET = re.compile(r"\s{0,8}(?:[-*•+]|\d{1,2}[.)])\s")
_HEADING = re.compile(r"\s{0,4}#{1,6}\s")
_CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


class Token(NamedTuple):
    """A word: as it is written and as it is compared, its place, the clause it is in, and what is known of it."""

    text: str
    plain: str
    start: int
    end: int
    clause: int
    known: bool
    new: bool  # it may be a word of an answer: the question has it not, and it does not only link others


class Sentence(NamedTuple):
    """A sentence: its words, those in parentheses apart, and what is marked in it."""

    text: str
    tokens: tuple[Token, ...]
    beside: tuple[Token, ...]  # in parentheses
    bold: tuple[tuple[int, int], ...]
    marked: tuple[tuple[int, int], ...]
    listed: bool
    heading: bool
    concludes: bool
    said: frozenset[str]  # the stems of its words
    asked: frozenset[str]  # those that the question has
    denies: bool
    words: Words


class Site(NamedTuple):
    """Where a text stands: the number of its sentence, and which of its words it is."""

    sentence: int
    tokens: tuple[Token, ...]
    start: int
    end: int
    beside: bool


@lru_cache(maxsize=256)
def parsed(text: str, question: str) -> tuple[Sentence, ...]:
    """The sentences of `text`, those in its middle left out where there are many."""
    if _CYRILLIC.search(question):
        text = text.replace(" — ", " это ")  # a dash is a form of be there
    spans = [(start, end) for start, end in sentence_spans(text) if text[start:end].strip(" \n*_-#")]
    if len(spans) > _MOST:
        spans = [*spans[: _MOST // 2], *spans[-_MOST // 2 :]]
    about = asking(plain_signs(question))
    words = ENGLISH if language(f"{question} {text}") == "en" else ALL
    return tuple(_sentence(text[start:end].rstrip(), about, text, start, words) for start, end in spans)


def _sentence(sentence: str, about: str, text: str, at: int, words: Words) -> Sentence:
    parentheses = [found.span() for found in _PARENTHESIS.finditer(sentence)]
    ends = [found.end() for found in _CLAUSE.finditer(sentence)]
    main: list[Token] = []
    beside: list[Token] = []
    clause, no_text = 0, _no_text(words)
    for found in _TOKEN.finditer(sentence[: 40 * _TOKENS]):
        while ends and ends[0] <= found.start():
            del ends[0]
            clause += 1
        within = any(start <= found.start() < end for start, end in parentheses)
        key = plain(found[0])
        if not key:
            continue
        if not within and main and key in words.subordinate - words.denies and main[-1].clause == clause:
            clause += 1
        known = _is_known(found[0], about)
        new = not known and _may_be_text(found[0], key, no_text)
        token = Token(found[0], key, *found.span(), clause, known, new)
        (beside if within else main).append(token)
        if len(main) > _TOKENS:
            break
    line = text[text.rfind("\n", 0, at) + 1 : at] + sentence
    return Sentence(
        sentence,
        tuple(main),
        tuple(beside),
        tuple(found.span() for found in _BOLD.finditer(sentence)),
        tuple(found.span() for found in _MARKED.finditer(sentence)),
        bool(_BULLET.match(line)),
        bool(_HEADING.match(line)),
        concludes(sentence),
        (said := stems(sentence)),
        said & stems(about),
        any(token.plain in words.denies or token.plain.endswith("n't") for token in main),
        words,
    )


def _is_known(word: str, about: str) -> bool:
    return word in about if _HAN.match(word) else is_known(word, about) or plain(word) in _asked_plain(about)


@lru_cache(maxsize=512)
def _asked_plain(about: str) -> frozenset[str]:
    return frozenset(plain(found[0]) for found in _TOKEN.finditer(about))


@lru_cache(maxsize=8192)
def plain(word: str) -> str:
    """`word` as it is compared."""
    if word in _VERBS:  # that differ from a conjunction by their accent alone
        return word.casefold()
    return text_key(word) if word.isalpha() else _keyed(word)


_VERBS = frozenset(("é", "É", "è", "È"))


def _keyed(word: str) -> str:
    bare = word.replace("’", "'").strip("'")
    return "'".join(filter(None, (text_key(part) for part in bare.split("'"))))


def sites(text: str, reply: Sequence[Sentence], *, inflected: bool, person: bool = False) -> Iterator[Site]:
    """Where `text` stands as words of its own."""
    wanted = [plain(found[0]) for found in _TOKEN.finditer(text)]
    wanted = [
        word for n, word in enumerate(wanted) if word and not (n == 0 and len(wanted) > 1 and word in ALL.articles)
    ]
    if not wanted:
        return
    for n, sentence in enumerate(reply):
        for beside, tokens in ((False, sentence.tokens), (True, sentence.beside)):
            for start in range(len(tokens) - len(wanted) + 1):
                part = tokens[start : start + len(wanted)]
                if all(
                    _is(token, word, inflected=inflected, last=k == len(wanted) - 1)
                    for k, (token, word) in enumerate(zip(part, wanted, strict=True))
                ) and not _within_a_name(tokens, start, start + len(wanted), sentence.words, person=person):
                    yield Site(n, tokens, start, start + len(wanted), beside)


def _is(token: Token, word: str, *, inflected: bool, last: bool) -> bool:
    if token.plain == word:
        return True
    if not token.plain.startswith(word[: max(1, len(word) - 1)]):
        return False
    rest = token.plain.removeprefix(word)
    if rest != token.plain and (rest.startswith("'") or (last and rest in _ENDINGS and len(word) >= _SHORT)):
        return True
    if rest != token.plain and last and _HANGUL.match(word):
        return bool(_PARTICLES.fullmatch(rest))
    if inflected and len(word) >= _SHORT:
        stem_ = word[:-1] if word[-1] in "aeiouyаеиоуыйьяю" else word
        return token.plain.startswith(stem_) and len(token.plain) - len(stem_) <= 3
    return False


_ENDINGS = frozenset(("s", "es"))
_HANGUL = re.compile("[\uac00-\ud7af]")
_PARTICLES = re.compile(
    "(?:광역시|특별시|특별자치시|시|도|강|산|대왕|왕|장군|섬)?(?:은|는|이|가|을|를|의|에|에서|로|으로|과|와|도|였|이었)?(?:입니다|이다|이에요|예요|였습니다|이었습니다|이며|이고|라고|이라고|라는|이라는|랍니다|이죠|다)?"
)


def _within_a_name(tokens: Sequence[Token], start: int, end: int, words: Words, *, person: bool) -> bool:
    """Whether a name goes on after it: "New York" in "New York Times"; or before it, as "Nile" in "White Nile"."""
    if start > 1 and end - start == 1 and not person and tokens[start].text[:1].isupper():
        before = tokens[start - 1]
        if (
            before.text[:1].isupper()
            and not before.known
            and tokens[start].start - before.end <= 2
            and before.clause == tokens[start].clause
            and before.new
        ):
            return True
    if end >= len(tokens) or not tokens[start].text[:1].isupper():
        return False
    last, after = tokens[end - 1], tokens[end]
    return (
        after.text[:1].isupper()
        and after.start - last.end == 1
        and after.clause == last.clause
        and not after.known
        and not last.text.endswith(("'s", "’s"))
        and after.plain not in words.be
    )


def described_from(site: Site, words: Words) -> int:
    """Where the words begin that describe the text at `site`: "the Italian painter" before "Leonardo da Vinci"."""
    tokens, n = site.tokens, site.start
    clause = tokens[n].clause
    while n and tokens[n - 1].clause == clause:
        word = tokens[n - 1]
        of = word.plain in words.of and n > 1 and tokens[n - 2].new
        if not (word.new or word.plain in words.articles or of):
            break
        n -= 1
    return n


def rivals(reply: Sequence[Sentence]) -> Iterator[Site]:
    """The other texts: runs of words that the question has not."""
    for n, sentence in enumerate(reply):
        for beside, tokens in ((False, sentence.tokens), (True, sentence.beside)):
            start = 0
            while start < len(tokens):
                end = _run(tokens, start, sentence.words)
                if end > start:
                    yield Site(n, tokens, start, end, beside)
                start = max(end, start + 1)


def _run(tokens: Sequence[Token], start: int, words: Words) -> int:
    if not tokens[start].new:
        return start
    end = start + 1
    upper = tokens[start].text[:1].isupper()
    while end < len(tokens) and end - start < _LONGEST and tokens[end].clause == tokens[start].clause:
        token = tokens[end]
        if token.new and not (upper and token.text[:1].islower()):
            upper = upper or token.text[:1].isupper()
            end += 1
        elif (
            upper
            and token.plain in words.in_names
            and end + 1 < len(tokens)
            and tokens[end + 1].text[:1].isupper()
            and tokens[end + 1].clause == tokens[start].clause
        ):
            end += 2
        else:
            break
    return end


_no_text = lru_cache(maxsize=2)(Words.no_text)
_CONTRACTED = re.compile("(?:i|you|we|he|she|it|they|that|this|there|here|who|what|let)'\\w+|\\w+n't")
_HIRAGANA = re.compile("[\u3040-\u309f]+")


def _may_be_text(word: str, key: str, no_text: frozenset[str]) -> bool:
    if key in no_text or ("'" in key and _CONTRACTED.fullmatch(key)) or _HIRAGANA.fullmatch(word):
        return False
    return not (word.islower() and word.isascii() and word.endswith(("ly", "est")))
