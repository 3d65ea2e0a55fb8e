"""How a text stands in its sentence: the words of its clause before and after it, and the one that links it to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from promptkit.answers.prose.topic import stems
from promptkit.answers.texts.text_sites import Sentence, Site, Token
from promptkit.answers.texts.text_words import Words

_DESCRIBING = 6  # words between a text and the one that links it
_linking = lru_cache(maxsize=2)(Words.linking)


class Standing:
    """The text at `site` of a `reply`, and what stands around it."""

    def __init__(self, site: Site, reply: Sequence[Sentence]) -> None:
        self.site, self.reply, self.sentence = site, reply, reply[site.sentence]
        self.words = self.sentence.words
        self.linking = _linking(self.words)
        self.tokens = site.tokens
        self.text = site.tokens[site.start : site.end]
        self.first, self.last = self.text[0], self.text[-1]
        self.clause = [token for token in site.tokens if token.clause == self.first.clause]
        self.goes_on = bool(self.first.clause) and self.clause[0].plain in self.words.be  # "Hamlet, from 1603, is by"
        self.within = [token for token in self.clause if token.start < self.first.start]
        self.before = list(site.tokens[: site.start]) if self.goes_on else self.within
        self.after = [token for token in self.clause if token.start > self.last.start]

    @cached_property
    def own(self) -> frozenset[str]:
        """The stems of the text."""
        return stems(" ".join(token.text for token in self.text))

    @cached_property
    def link(self) -> tuple[str, bool]:
        """The word before it that links it to its sentence; whether words that describe it stand between them."""
        for n, token in enumerate(reversed(self.before[-_DESCRIBING:])):
            if token.plain in self.words.articles and token.plain not in self.words.by:
                continue
            if self.links(token):
                return token.plain, n > 0
        return "", bool(self.before)

    @cached_property
    def linked_by_the_question(self) -> bool:
        """Whether the question has that word."""
        return any(token.known and token.plain == self.link[0] for token in self.before[-_DESCRIBING:])

    def links(self, token: Token) -> bool:
        """Whether `token` is more than a description of what follows it."""
        words = self.words
        return (
            token.known or token.plain in self.linking or token.plain in words.examples or token.plain in words.supposes
        )

    def says_it_again(self, token: Token) -> bool:
        """Whether `token` is a word of the question that says something."""
        return token.known and token.plain not in self.linking

    def denies(self, token: Token) -> bool:
        """Whether `token` denies something."""
        return token.plain in self.words.denies or token.plain.endswith("n't")

    @property
    def opens(self) -> bool:
        """Whether the sentence opens with it."""
        skipped = self.words.articles | self.words.adverbs
        return not self.site.beside and not self.first.clause and all(token.plain in skipped for token in self.before)

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital letter."""
        return self.first.text[:1].isupper() or self.last.text[:1].isupper()

    @property
    def small(self) -> bool:
        """Whether it is written without one, in a script that has them."""
        return not self.capital and self.first.text.lower() != self.first.text.upper()

    @property
    def in_a_row(self) -> bool:
        """Whether other names follow or come before it, the last after "and": "Bell, Meucci and Gray"."""
        tokens, words, end, start = self.tokens, self.words, self.site.end, self.site.start
        if end < len(tokens) and tokens[end].clause > self.last.clause:
            rest = tokens[end + _leading(tokens[end:]) :]
            if tokens[end].new and rest and (rest[0].plain in words.joins or rest[0].plain in words.either):
                return True
        if start < 2 or tokens[start - 1].plain not in words.joins:
            return False
        row = _leading(reversed(tokens[: start - 1]))
        begin = start - 1 - row
        return row > 0 and begin > 0 and tokens[begin - 1].new and tokens[begin - 1].clause < tokens[begin].clause


def _leading(tokens: Iterable[Token]) -> int:
    """How many of `tokens` may be words of one name."""
    count, clause = 0, None
    for token in tokens:
        if not token.new or (clause is not None and token.clause != clause):
            break
        count, clause = count + 1, token.clause
    return count
