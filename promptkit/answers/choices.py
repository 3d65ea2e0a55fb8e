"""The letter of a multiple-choice question: `(B)`, `**B**`, `B. Price wars`, or the text of the option itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from promptkit.answers.announced import CUE, FORMS, PIECE, VERB, Form, phrase
from promptkit.answers.answer import Answer
from promptkit.answers.options import squashed
from promptkit.answers.prose import conclusion, first_sentence, strip_markup
from promptkit.answers.reader import NO_ANSWER, Candidate, Reader
from promptkit.errors import UsageError

_HEAD = 4000  # characters in which a reply that opens with an option would go on to the others

_BY_ITSELF = r"(?!['’]?[A-Za-z0-9_])"  # after a letter: it is not part of a word
_NOUN = r"(?:option|choice|answer|statement|completion|letter)"
_BEST = (
    r"(?:correct|right|best|only|appropriate|suitable|reasonable|accurate|(?:most|more) [\w-]{1,16}(?: [\w-]{1,16})?)"
)
_MARKER = r"[(*]{0,3}[A-Z][).:]"
_OPTION_IS_BEST = (
    rf"(?:{_NOUN} )?[(\[\"'*]{{0,4}}(?P<answer>[A-Z])[)\]\"'*]{{0,4}}(?:[:.] [^\n.]{{1,200}}?)?"
    rf" (?:is|would be|seems|appears to be|must be)(?: indeed)? (?:the )?{_BEST}(?: {_NOUN}|[.,;]|$)"
)
_AFTER_COLON = rf":[\s*]{{0,6}}\n\s{{0,8}}(?P<answer>{_MARKER}[^\n]{{0,{PIECE}}})(?!\s{{0,8}}{_MARKER})"

_BEFORE = (
    r"(?:[\s*_`\"'$(\[{<:-]|\\(?:text|math)[a-z]{0,4}|\\boxed|\\[(\[]"
    r"|(?i:option|choice|answer|letter|statement|either|both|most|likely|probably|clearly|definitely|選項|选项|選|选)s?"
    rf"{_BY_ITSELF})*+"
)
_LETTER = re.compile(rf"{_BEFORE}(?:(?P<letter>[A-Z]){_BY_ITSELF}|(?P<small>[a-z])(?=[)\]}}\"'*]|[.\s]*$))")
_OPENING = re.compile(r"[\s*]{0,4}(?!A:)\(?([A-Z])[).:]\W")  # "A:" opens an answer, too
_MARKED = re.compile(r"^[\s*]{0,4}\(?([A-Z])[).:]", re.MULTILINE)
_A_WORD = re.compile(r"\s(?!(?:because|since|as|which|with|for|and|or|but|due|is|on)\b)[a-z]")  # "A dog", "I think"
_ANOTHER = re.compile(
    r"[)\]}*\"'.\s\\$]*(?:,\s*(?:and|or)?|/|&|\+|and(?:/or)?|or|以及|和|或|及|與|与)\s*(?:(?i:option|choice)s?\s)?"
    rf"[\s(\[\"'*]*(?![AI]\s[a-z])([A-Z]){_BY_ITSELF}"
)
_SEVERAL = re.compile(rf"{_BEFORE}([A-Z]{{2,10}})\W*$")
_MENTION = re.compile(
    rf"\b(?i:is|be|so|therefore|thus|hence)\W{{1,4}}(?![AI]\s[a-z])([A-Z]){_BY_ITSELF}|[選选][項项]?\s?([A-Z]){_BY_ITSELF}"
    rf"|(?i:option|choice|answer)s?\W{{1,4}}([A-Z]){_BY_ITSELF}"
    r"|\(([A-Z])\)|(?<!\w)[\"'*]{1,2}([A-Z])[\"'*]{1,2}"
)
_DENIAL = re.compile(r"\b(?:not|incorrect|wrong|false|cannot|eliminate\w*|rule\w* out)\b|n't\b", re.IGNORECASE)


def _letter(found: re.Match[str]) -> str:
    """The letter of a match of `_LETTER`."""
    return found["letter"] or str(found["small"]).upper()


@dataclass(frozen=True)
class ChoiceReader(Reader):
    """Finds the letter chosen. A letter that is not an option, or several letters, is not an answer.

    Attributes:
        options: the text of each option by its letter; where empty, any capital letter is taken for an option.
    """

    options: Mapping[str, str]

    cue = re.compile(
        rf"{CUE}|[Oo]ption|[Cc]hoice|[Ss]tatement|[Cc]ompletion|[Ll]etter|:[\s*]{{0,6}}\n|(?:故|應|应|所以)[選选]|[選选][項项]"
        r"|(?<!\w)[A-Z](?=\W{0,4}\s(?:is|would|seems|appears|must)\b)"
    )
    forms = (
        *FORMS,
        Form(
            "answer is", phrase(rf"{_NOUN}\b[^\n.:?!;]{{0,80}}? {VERB}[\s*]{{0,4}}:?"), phrase(rf"\b{_BEST}\W{{1,3}}$")
        ),
        Form("answer is", re.compile("(?:故|應|应|所以)[選选]|[選选][項项][^\n。:A-Z]{0,12}?(?:是|為|为|:)")),
        Form(
            "option is best",
            re.compile(r"[選选][項项]\s?(?P<answer>[A-Z])\s?(?:是|為|为)?(?:正確|正确|最佳|最好|對|对)"),
        ),
        Form(
            "option after colon",
            re.compile(_AFTER_COLON),
            phrase(r"(?:is|be|are|was|chose|choose|select|option|choice|answer)\W{0,3}$"),
        ),
        Form(
            "is option",
            phrase(r"(?:option|choice)\b(?=\W{1,4}[A-Z]\b)"),
            phrase(r"(?:\b(?:is|be|choose|select|pick)|:)\W{1,4}$"),
        ),
        Form("option is best", phrase(_OPTION_IS_BEST)),
    )

    def _parse_whole(self, piece: str) -> Candidate | None:
        found = _LETTER.match(piece)
        if found and not strip_markup(piece[found.end() :]).strip(")]>"):
            return self._chosen(_letter(found), piece)
        return self._by_text(piece)

    def _parse_announced(self, piece: str) -> Candidate | None:
        found = _LETTER.match(piece)
        if found and (found["small"] or found["letter"] not in "AI" or not _A_WORD.match(piece, found.end())):
            letter, another = _letter(found), _ANOTHER.match(piece, found.end())
            return NO_ANSWER if another and another[1] != letter else self._chosen(letter, piece)
        several = _SEVERAL.match(piece)
        if several and all(map(self._is_option, several[1])):
            return NO_ANSWER
        return self._by_text(piece) or self._by_first_words(piece) or self._mentioned(first_sentence(piece))

    def _infer(self, text: str) -> Answer | None:
        if opening := self._opening(text):
            return opening.found("opening letter", explicit=True)
        reading = self._mentioned(conclusion(text))
        return reading.found("last option named", explicit=False) if reading else None

    def _opening(self, text: str) -> Candidate | None:
        """The option that `text` opens with, if it does not go on to the others."""
        found = _OPENING.match(text)
        marked = set(_MARKED.findall(text[:_HEAD]))
        return self._chosen(found[1], text.partition("\n")[0]) if found and len(marked) == 1 else None

    def _target(self, target: str) -> str:
        reading = self._parse_whole(target) or self._parse_announced(target)
        if not reading or reading is NO_ANSWER:
            raise UsageError(
                f"the target {target!r} is not an option of its question; write its letter, such as B or (B)"
            )
        return reading.key

    def _is_option(self, letter: str) -> bool:
        return letter <= max(self.options, default="Z")  # a question may list them out of order, or miss one

    def _chosen(self, letter: str, piece: str) -> Candidate:
        return Candidate(letter, piece.strip(), letter) if self._is_option(letter) else NO_ANSWER

    @cached_property
    def _letters(self) -> dict[str, str]:
        """The letter of each option by its squashed text."""
        return {letters: letter for letter, text in self.options.items() if (letters := squashed(text))}

    def _by_text(self, piece: str) -> Candidate | None:
        letter = self._letters.get(squashed(piece[:PIECE]))
        return Candidate(letter, piece.strip(), letter) if letter else None

    def _by_first_words(self, piece: str) -> Candidate | None:
        """The option whose text `piece` begins with; of several the longest."""
        start = piece.lstrip(" *_\"'$(").casefold()
        for letter, text in sorted(self.options.items(), key=lambda option: len(option[1]), reverse=True):
            name = text.rstrip(". ").casefold()
            if name and start.startswith(name) and not re.match(r"\w|[.,]\d", start[len(name) :]):
                return Candidate(letter, piece.strip(), letter)
        return None

    def _mentioned(self, sentence: str) -> Candidate | None:
        """The only option that `sentence` names by its letter, and does not deny."""
        if _DENIAL.search(sentence):
            return None
        letters = {letter for groups in _MENTION.findall(sentence) for letter in groups if letter}
        letter = letters.pop() if len(letters) == 1 else ""
        return Candidate(letter, sentence, letter) if letter and self._is_option(letter) else None
