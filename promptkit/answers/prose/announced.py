r"""Where a reply announces its answer: "the answer is …", "Answer: …", `\boxed{…}`, `Finish[…]`, "答案是…"."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import methodcaller

from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import phrase

ENDINGS = (60, 300)  # characters; most replies end with their answer, so their end is read first
PIECE = 400  # the longest piece handed on: bounds the work for a reply of millions of characters
LATEST = 24  # as many announcements are tried, so a reply of nothing but "answer:" takes no longer

_LONGEST_CUE = 32
_START = methodcaller("start")


@dataclass(frozen=True)
class Form:
    """One way to announce an answer.

    Attributes:
        rule: its name.
        pattern: matched where a cue stands; the answer follows the match, or is its group `answer`.
        starts: the characters that a match may begin with; any where empty. It is tried at no other.
        before: what must stand before the cue.
        unless: what must not stand before it.
        piece: takes from the text the piece that begins at the match's end.
        firm: only an answer can stand there, so a piece that is not one means that the reply has none.
        boxed: several things can stand there: an empty piece announces nothing, and one that is no answer only means
            that the reply has none where no other place announces one.
        alone: it is one only if nothing but the answer stands there.
        section: several sentences follow that come to the answer, rather than one that begins with it.
    """

    rule: str
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    piece: Callable[[str, int], str] | None = None
    firm: bool = False
    boxed: bool = False
    alone: bool = False
    section: bool = False
    starts: str = ""

    def at(self, text: str, cue: int, found: re.Match[str]) -> Announcement | None:
        """The announcement at `cue`, where the pattern has `found` one, if this form makes one there."""
        standing = text[max(0, cue - 24) : cue]
        if (self.before and not self.before.search(standing)) or (self.unless and self.unless.search(standing)):
            return None
        take = self.piece or _rest_of_line
        piece = found["answer"] if "answer" in self.pattern.groupindex else take(text, found.end())
        return Announcement(self, piece, cue, found.end(), text.find("\n", cue) < 0)


@dataclass(frozen=True)
class Announcement:
    """A place that announces an answer, the piece of text where it stands, and whether that is in the last line."""

    form: Form
    piece: str
    start: int
    end: int
    in_last_line: bool


def announcements(text: str, cue: re.Pattern[str], forms: tuple[Form, ...]) -> Iterator[Announcement]:
    """The announcements of `text`, the last one first; `cue` finds the places where one of `forms` may match."""
    end = len(text)
    for length in (*ENDINGS, len(text)):
        start = max(0, len(text) - length)
        found_at = map(_START, cue.finditer(text, start, end + _LONGEST_CUE))  # a cue may stand across the cut
        for place in reversed(deque((at for at in found_at if at < end), LATEST)):
            begins = text[place]
            for form in forms:
                if form.starts and begins not in form.starts:
                    continue
                if (found := form.pattern.match(text, place)) and (made := form.at(text, place, found)):
                    yield made
        if not start:
            return
        end = start


_SKIPPED = re.compile(r"(?:\s|\*\*|__|\\\[|\\\(|\$\$|```\w*){0,24}")


def _rest_of_line(text: str, start: int) -> str:
    """The line after `start`, or the next line that is not empty when nothing stands on this one."""
    skipped = _SKIPPED.match(text, start)
    begin = skipped.end() if skipped else start
    line = text[begin : begin + PIECE].partition("\n")[0]
    return line if len(line) < PIECE else line.rpartition(" ")[0]  # never a part of a word, or of a number


def _section(text: str, start: int) -> str:
    """The text after `start`."""
    return text[start : start + 4 * PIECE]


def _nothing(_text: str, _start: int) -> str:
    return ""


def _until(closing: str) -> Callable[[str, int], str]:
    """A function that takes what stands before the first `closing` of the line, or the line."""
    return lambda text, start: text[start : start + PIECE].partition("\n")[0].partition(closing)[0]


def _braced(text: str, start: int) -> str:
    """What stands before the brace that closes the one opened just before `start`."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start : start + PIECE]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return text[start : start + brace.start()]
    return text[start : start + PIECE]


VERB = (
    r"(?:(?:is|was|are|equals|becomes|remains|seems|appears)\b(?: to be\b)?"
    r"|(?:would|should|must|will|could|might|may|can|has to|ought to)(?: \w{1,12})?? be\b"
    r"|(?=(?:cannot|can't|can not|could not|depends|varies)\b))"
)
_DETERMINED = phrase(
    r"(?:^|\W)(?:the|my|our|your|this|its|his|her|their|an?|final|correct|right|best|only|true|real"
    r"|actual|likely)\W{1,3}$"
)
_ASIDE = (
    r"(?: ?\([^()\n]{0,60}\)"
    r"| (?:choice|option|to|for|of|in|here|then|now|that|we|I|you)\b[^\n.:?!;]{0,80}?"
    r"|,[^\n.:?!;,]{1,40},)?"
)
_ANSWER_COLON = r"answers?\b(?: ?\([^()\n]{0,40}\))?[\s*_\]\"']{0,4}:"
_TEMPTING = r"(?! (?:that|which) (?:jumps|springs|comes|pops|leaps|most|many|some|people)\b)"  # to mind
_ANSWER_IS = rf"answers?\b{_TEMPTING}[*_\"')\]]{{0,4}}{_ASIDE}[\s*]{{1,4}}{VERB}[\s*]{{0,4}}[:=]?"
_ANSWER_CALL = re.compile(r"""Answer\s?\(\s?(?=["']|[A-Z]\))""")
_SOUGHT = phrase(
    r"\b(?:find|finding|get|determine|reach|at|derive|compute|give|possible|wrong|incorrect|other"
    r"|long(?:er)?|detailed) "
    r"(?:the |an |our |my |your )?(?:\w+ )?$"
)


def _other_languages() -> str:
    """A noun that announces, then a colon, a verb of its language, or where that needs none the answer."""
    patterns = []
    for language in LANGUAGES:
        spaced = r"\b" if re.match(r"\w*[a-zа-яё]", language.answers[0]) else ""
        nouns, verbs = (
            "|".join(language.answers),
            "|".join(verb + spaced * verb[-1].isalpha() for verb in language.verbs),
        )
        link = rf"[^\n。.:?!]{{0,40}}?(?:\s(?:{verbs})|:)"
        if language.script and language.code != "ru":
            link = rf"[^\n。.:?!]{{0,40}}?(?:{verbs}|:)"
        if language.follows:
            link += r"|[\]\s*)]{0,4}(?=[-$\d(\[A-Z*])"
        patterns.append(rf"(?:{nouns}){spaced}(?:{link})")
    return rf"(?:{'|'.join(patterns)})[\s*]{{0,4}}:?"


def either_case(*words: str) -> list[str]:
    """`words` as they stand in a sentence and at its beginning: where each begins with one letter, a search is fast."""
    return [form for word in words for form in dict.fromkeys((word, word[:1].upper() + word[1:]))]


_NOUNS = sorted({noun for language in LANGUAGES for noun in language.answers}, key=len)
_SHORT = [
    noun for noun in _NOUNS if not any(noun != other and noun.startswith(other) for other in _NOUNS)
]  # they find the rest
HEADED = re.compile(
    r"(?:^|\n)[\s#*_>\-✅🎯]{0,8}(?:The |My |Our )?(?:(?:[Ff]inal|[Cc]orrect|[Bb]est|[Rr]ight|FINAL) )?$"
)
_RESULT_COLON = re.compile(r"(?:[Rr]esult|RESULT|[Cc]onclusion|[Vv]erdict)[*_]{0,3}\s?:")

_ENGLISH = [*either_case("answer", "result", "conclusion", "verdict"), "ANSWER", "RESULT", "boxed", r"Finish\[", "####"]
CUES = (*_ENGLISH, *either_case(*(noun for noun in _SHORT if noun.isascii())))
ANY_CUES = (*_ENGLISH, *either_case(*_SHORT))  # of a text with other letters
FORMS = (
    Form("boxed", re.compile(r"boxed\s?\{"), re.compile(r"\\f?$"), piece=_braced, firm=True, boxed=True, starts="b"),
    Form(
        "answer call",
        _ANSWER_CALL,
        re.compile(r"\)\W{0,3}(?:or|OR|and|AND|/|,)\s(?:Action: )?$"),
        piece=_nothing,
        firm=True,
        starts="A",
    ),
    Form("answer call", _ANSWER_CALL, piece=_until(")"), firm=True, starts="A"),
    Form("answer call", re.compile(r"(?:Finish|Answer)\["), piece=_until("]"), firm=True, starts="FA"),
    Form("answer tag", re.compile(r"[Aa]nswer>\s{0,8}"), re.compile("<$"), piece=_until("</"), firm=True, starts="Aa"),
    Form(
        "answer section",
        phrase(rf"{_ANSWER_COLON}[^\n?]{{1,300}}\?[\s*]{{0,8}}\n"),
        piece=_section,
        section=True,
        starts="Aa",
    ),
    Form("answer is", phrase(_ANSWER_COLON), unless=_SOUGHT, starts="Aa"),
    Form("answer is", phrase(_ANSWER_IS), _DETERMINED, starts="Aa"),
    Form("answer is", phrase(r"answer's "), _DETERMINED, starts="Aa"),
    Form("answer is", re.compile(r"[Aa]nswer[*_]{0,3}[^\S\n]{0,4}\n"), HEADED, starts="Aa"),
    Form("answer is", _RESULT_COLON, HEADED, starts="RrCcVv"),
    Form("answer is", re.compile(_other_languages().replace(" ", r"\s{1,3}"), re.IGNORECASE)),
    Form("hashes", re.compile(r"####\s?"), re.compile(r"(?:^|\n)\s{0,8}$"), alone=True, starts="#"),
)
