"""Which option of a multiple-choice question a piece of a reply gives by its text rather than by its label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from promptkit.answers.options.options import squashed
from promptkit.answers.prose.announced import PIECE
from promptkit.answers.prose.sentences import strip_markup
from promptkit.answers.prose.topic import stems
from promptkit.answers.reader import Candidate
from promptkit.answers.texts.stated_texts import names_only, states

_STEM = 4  # letters in which two forms of a word agree
LEADS = re.compile(
    r"[\s*_]*(?:it's|it is|that's|that is|that'd be|(?:that|it) would be|it'd be"
    r"|it must be|it has to be|i'd (?:say|go with|pick|choose)|i would say"
    r"|i would go with|i (?:think|believe) (?:it's|it is|that's)|i (?:choose|pick)"
    r"|i'll go with|my (?:answer|choice) is|definitely|clearly)\s",
    re.IGNORECASE,
)
_I_THINK = re.compile(r",?\si\s(?:think|believe|guess|suppose|'d say)\b[.,]?$", re.IGNORECASE)
_HEAD_AND_REST = re.compile(r"\s?[:;–—]\s|\s-\s|\s(?=\([a-z])")
_OR = re.compile(r"\bor\b|\?")
_LEAST = 3  # words of an option that has only one of its own
_MOST = 0.5  # of the words of an option
_DENIES = re.compile(
    r"\b(?:not|no|nor|neither|unlike|never|or|maybe|perhaps|might|could|would|wrong|incorrect|false|exclude[ds]?"
    r"|eliminate[ds]?|ruled|hardly|barely|scarcely)\b|n't\b|\?",
    re.IGNORECASE,
)
_HEAD = 4000  # characters in which a reply that opens with an option would go on to the others
_LATEST = 4  # sentences at the end in which an option may be named


class OptionTexts:
    """The part of a reader of choices that knows options by their texts.

    Attributes:
        options: the text of each option by its label.
        question: what was asked.
    """

    options: Mapping[str, str]
    question: str

    def _stated_texts(self, sentences: list[str]) -> Candidate | None:
        """The only option whose text the first of `sentences`, the last first, or one of the last states."""
        first = sentences[-1] if sentences else ""
        found: dict[str, str] = {}
        for label, option in self._by_length:
            for sentence in dict.fromkeys((first, *sentences[:_LATEST])):
                if option[:_STEM] not in sentence.casefold():
                    continue
                if states(sentence, option, self._asking, one_of_several=True) or (
                    sentence is first and names_only(sentence, option, self._asking)
                ):
                    found[label] = sentence
        if len(found) != 1:
            return None
        ((label, sentence),) = found.items()
        return Candidate(label, sentence, label)

    @cached_property
    def _asking(self) -> str:
        """The question before its options."""
        label, text = next(iter(self.options.items()), ("", ""))
        head, found, _ = self.question.rpartition(text) if text else (self.question, "", "")
        return re.sub(rf"[\s(]*{re.escape(label)}[).:\s]*$", "", head) if found else self.question

    @cached_property
    def _longest(self) -> int:
        """Characters; a longer piece is not the text of an option, however it is marked up."""
        return 4 * max(map(len, self.options.values()), default=0) + 40

    @cached_property
    def _letters(self) -> dict[str, str]:
        """The label of each option by its squashed text; a text that two share names neither."""
        texts = {label: squashed(text) for label, text in self.options.items()}
        given = list(texts.values())
        return {text: label for label, text in texts.items() if text and given.count(text) == 1}

    def _is_text_of(self, text: str, label: str, *, begins: bool = False) -> bool:
        """Whether `text` is that of the option with this label, or begins with it."""
        option, given = squashed(self.options.get(label, "")), squashed(text[:PIECE])
        return bool(option) and (given.startswith(option) if begins else given == option)

    def _by_text(self, piece: str) -> Candidate | None:
        if len(piece) > self._longest:
            return None
        label = self._letters.get(squashed(piece[:PIECE]))
        return Candidate(label, piece.strip(), label) if label else None

    def _by_first_words(self, piece: str) -> Candidate | None:
        """The option whose text `piece` begins with; of several the longest."""
        start = piece.lstrip(" *_\"'$(").casefold()
        for label, text in self._by_length:
            if start.startswith(text) and not re.match(r"\w|[.,]\d", start[len(text) :]):
                return Candidate(label, piece.strip(), label)
        return None

    def _by_first_clause(self, first: str, text: str) -> Candidate | None:
        """The option whose text stands before a colon, a dash or the like: "A stack: the last element …"."""
        first = _I_THINK.sub(": ", first) + " "
        head, rest = (*_HEAD_AND_REST.split(first, maxsplit=1), "")[:2]
        named = self._by_text(strip_markup(LEADS.sub("", head))) or self._by_text(
            re.sub(r"^(?:an?|the)\s", "", head, flags=re.IGNORECASE)
        )
        if not rest or not named or _OR.search(first):
            return None
        others = (name for label, name in self._by_length if label != named.key)
        listed = any(
            re.search(rf"(?:^|[.\n;])[\s*-]*(?:an? |the )?{re.escape(name)}\s?(?:[:–—]|- )", text[:_HEAD].casefold())
            for name in others
        )
        return None if listed else named

    def _by_last_name(self, sentence: str) -> Candidate | None:
        """The option of whose text `sentence` has one word, a name, before its first comma: "Vermeer, in 1665"."""
        head = sentence.lstrip(' *_"').partition(",")[0].rstrip(' .*_"')
        named = [label for label, text in self.options.items() if head in text.rstrip(". ").split()]
        return (
            Candidate(named[0], sentence, named[0])
            if len(named) == 1 and head[:1].isupper() and head.isalpha()
            else None
        )

    def _by_most_words(self, sentence: str) -> Candidate | None:
        """The option of whose own words `sentence` has most, and none of those of any other."""
        if len(sentence) > PIECE:
            return None
        main, *others = sentence.split("; ")
        if _DENIES.search(sentence):
            return self._by_most_words(main) if others and not _DENIES.search(main) else None
        words = stems(sentence)
        shares = {label: len(own & words) / len(own) for label, own in self._own_words.items() if own}
        named = [label for label, share in shares.items() if share]
        if len(named) != 1 or len(shares) < len(self.options) or shares[named[0]] < _MOST:
            return None
        if len(self._own_words[named[0]]) > 1:
            return Candidate(named[0], sentence, named[0])
        whole = stems(self.options[named[0]])
        return (
            Candidate(named[0], sentence, named[0])
            if len(whole) > _LEAST and 4 * len(whole & words) >= 3 * len(whole)
            else None
        )

    @cached_property
    def _own_words(self) -> dict[str, frozenset[str]]:
        """The words of each option that neither another one nor the question has."""
        asked, own = stems(self.question.partition("\n")[0]), {}
        for label, text in self.options.items():
            others = (stems(other) for name, other in self.options.items() if name != label)
            own[label] = stems(text).difference(asked, *others)
        return own

    @cached_property
    def _by_length(self) -> list[tuple[str, str]]:
        named = [(label, name) for label, text in self.options.items() if (name := text.rstrip(". ").casefold())]
        return sorted(named, key=lambda option: len(option[1]), reverse=True)
