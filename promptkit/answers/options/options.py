"""The options of a multiple-choice question, read from its text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_ON_A_LINE = re.compile(
    r"^[ \t]*+(?:[-*] )?(?:\w{1,12} ?\w{0,12}:)?[ \t]*+(?:[^\W\d_]/)?\(?(A?[A-Z])[).:](?=\s)[ \t]*(.*)", re.MULTILINE
)
_IN_A_LINE = re.compile(r"(?<![A-Za-z0-9])\(?([A-Z])[).:]\s?")
_OTHER_LABEL = re.compile(
    r"^[ \t]*+(?:[-*] )?(?:\(?(\d{1,2}|[ivx]{1,5}|[^\W\d_])[).:．、](?=\s)|([①-⑩]))[ \t]*(.*)", re.MULTILINE
)
_ASKS = re.compile(  # what follows the options where an answer is asked for
    r"\s(?:[*#]{0,3}(?:A|Answer|Ans|Antwort|Réponse|Respuesta|Risposta|Resposta|Antwoord|Ответ|答案|答え|答|정답)[*]{0,2}"
    r"\s?[:：][*]{0,2})\s*$"
)
_HEADING = re.compile(
    r"\b(?:options?|choices|answers?|alternatives)\b[^\n]{0,30}:\s*$|[選选][項项][^\n]{0,6}:\s*$", re.IGNORECASE
)
_ALPHABETS = (  # what options are labelled with where they have neither capitals nor digits
    *("АБВГДЕЖЗИК", "ΑΒΓΔΕΖΗΘ", "①②③④⑤⑥⑦⑧⑨⑩", "甲乙丙丁戊己庚辛", "가나다라마바사아"),
    *("アイウエオカキク", "กขคงจฉ", "कखगघङच", "أبجدهو"),
)
_CAPITALS = "ABCDEFGHIJ"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_MARKUP = re.compile(
    r"\\(?:text|math)[a-z]{0,4}\s?(?=\{)|\\(?:boxed|left|right|displaystyle)\b|\\[()\[\],;! ]"
    r"|[\s${}*_`\"'\\]|,(?=\d{3})"
)
_SEVERAL = re.compile(
    r"\b(?:all that apply|all (?:of the )?(?:correct|true|right)|(?:choose|select|pick|mark) (?:two"
    r"|three|four|all|every|each|any)|"
    r"more than one|one or more|(?:two|three|multiple|several) (?:correct )?(?:answers|options"
    r"|choices))\b|多選|多选|不定項|不定项",
)


_TRIGGERS_OF_SEVERAL = (  # a question without any of these asks for one option
    *("all that", "all of", "all the", "all correct", "all true", "all right", "choose", "select", "pick", "mark"),
    *("more than one", "one or more", "two ", "three ", "multiple ", "several ", "多", "不定"),
)


def squashed(text: str) -> str:
    """`text` without what two writers of the same option do differently: space, markup, case, the last full stop."""
    bare = text.replace(" ", "").rstrip(".,;")
    if bare.isalnum():  # there is nothing else to leave out
        return bare.casefold()
    return _MARKUP.sub("", text).rstrip(".,;").casefold()


def wants_several(question: str) -> bool:
    """Whether `question` asks for every option that is right, rather than for one."""
    lower = question.lower()
    return any(map(lower.__contains__, _TRIGGERS_OF_SEVERAL)) and bool(_SEVERAL.search(lower))


@lru_cache(maxsize=512)
def options(question: str) -> dict[str, str]:
    """The options of `question`: the text of each by its label. Not to be changed; empty where it lists none.

    Understands one option a line (`A. …`, `(A) …`, `A: …`, `A) …`) and options that follow each other on one line.
    The last list of the question counts. Without letters, a list that stands under a heading such as "Options:" or ends
    the question may have the labels 1, 2, 3, i, ii, iii, or a, b, c (these are given back as capitals).
    """
    found: dict[str, str] = {}
    for letter, text in _ON_A_LINE.findall(question):
        if letter == "A" or letter in found:
            found = {}
        if len(letter) == 1 or "Z" in found:  # AA is the option after Z
            found[letter] = text.strip()
    if len(found) > 1:
        return found
    return _in_a_line(question) or _otherwise_labelled(_ASKS.sub("", question)) or _without_marks(question)


def _in_a_line(question: str) -> dict[str, str]:
    """Options that follow each other: only letters in order, from A, are markers."""
    markers: list[tuple[str, int, int]] = []
    for found in _IN_A_LINE.finditer(question):
        if found[1] == "A":
            markers = []
        if found[1] == (chr(ord(markers[-1][0]) + 1) if markers else "A"):
            markers.append((found[1], found.start(), found.end()))
    spans = pairwise([*markers, ("", len(question), len(question))])
    texts = {letter: question[start:end].strip(" \t\r\n,;") for (letter, _, start), (_, end, _) in spans}
    return texts if len(texts) > 1 else {}


def _without_marks(question: str) -> dict[str, str]:
    """Options that follow each other in one line after other signs than capitals; or after these without a mark."""
    if question.isascii():
        return {}
    for labels in (*_ALPHABETS, _CAPITALS):
        if re.search(rf"A\s?=\s?{labels[0]}", question):
            return {}  # the letters are what is asked for
        form = _form_in_a_line(labels)
        run: list[tuple[str, int, int]] = []
        for found in form.finditer(question):
            if found[1] == labels[0]:
                run = []
            if len(run) < len(labels) and found[1] == labels[len(run)]:
                run.append((found[1], found.start(), found.end()))
        if len(run) > 1:
            ends = [*(start for _, start, _ in run[1:]), len(question)]
            return {
                label: question[begin:end].partition("\n")[0].strip(" \t\u3000,;、")
                for (label, _, begin), end in zip(run, ends, strict=True)
            }
    return {}


@lru_cache(maxsize=32)
def _form_in_a_line(labels: str) -> re.Pattern[str]:
    """Where one of `labels` may stand before an option: with a mark, but for ①, and for A before another script."""
    mark = r"[).:]\s?" if labels[0] != "①" else r"\s?"
    if labels == _CAPITALS:
        return re.compile(
            r"(?:(?<=\s)|(?<=[。？?])|^)([A-Z])[ \t\u3000]++(?=[\u3040-\u9fff\uac00-\ud7af])", re.MULTILINE
        )
    return re.compile(rf"(?<!\w)\(?([{labels}]){mark}")


def _otherwise_labelled(question: str) -> dict[str, str]:
    """Options with numbers, Roman numerals or small letters: only in order, from the first."""
    lines = [(found, found[1] or found[2]) for found in _OTHER_LABEL.finditer(question)]
    numbers, letters = [str(n) for n in range(1, 31)], [chr(97 + n) for n in range(26)]
    for labels in (numbers, list(_ROMAN), letters, *map(list, _ALPHABETS)):
        run: list[tuple[re.Match[str], str]] = []
        for line in lines:
            if line[1] == labels[0]:
                run = []
            if len(run) < len(labels) and line[1] == labels[len(run)]:
                run.append(line)
        if len(run) > 1 and (_ends(question, run[-1][0]) or _HEADING.search(question[: run[0][0].start()].rstrip())):
            return {label.upper() if labels is letters else label: found[3].strip() for found, label in run}
    return {}


def _ends(question: str, line: re.Match[str]) -> bool:
    return line.end() >= len(question.rstrip())
