"""What speaks for and against each option in the sentences of a reply that presents none: one sign a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import promptkit.answers.words.beside as beside
from promptkit.answers.options.mentions import Labels, is_denied, is_predicate, is_withdrawn, labelled
from promptkit.answers.options.option_spans import span_of
from promptkit.answers.options.option_values import comes_to, is_value, written_plainly
from promptkit.answers.prose.reply import plain_signs
from promptkit.answers.prose.sentences import concludes, sentences
from promptkit.answers.prose.topic import asked_stems, stems
from promptkit.answers.words.phrases import lower_phrase, one_of

_HEADING = re.compile(r"\s{0,4}(?:#{1,5}\s[^\n]{1,80}|\*\*[^*\n]{1,80}\*\*\s?:?|[^\n.!?]{1,60}:\*{0,2})\s*$")
_OF_OTHERS = lower_phrase(one_of(beside.REJECTED))
_CONTRASTS = lower_phrase(one_of(beside.CONTRASTING))
_SUPPOSES = lower_phrase(one_of(beside.SUPPOSING))
_CLAUSES = re.compile(
    rf"[;:—](?:\s|$)|,\s|\s-\s|[。；]|\.\s|\s(?={one_of(beside.OPENS_CLAUSES)}\s)|\((?=[a-z])",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[\s*_\"'(#>•+\-|\d.]{0,16}(?:(?:the|an?|option)\s)?[\"'*(]{0,3}$", re.IGNORECASE)
_ONLY = lower_phrase(rf"\b{one_of(beside.ONLY)}(?: \w{{1,4}})? ?[*\"'(]*$")
_ARTICLE = re.compile(
    r"^(?:(?:the|an?|der|die|das|le|la|les|el|los|las|il|lo|gli|o|os|as|de|het|een)\s+|l')", re.IGNORECASE
)
_MOST = 0.6  # of an option's own words
_OF_OTHERS_AT_MOST = 0.3
_FEW = 2
_FAR, _FURTHER = 60, 160  # characters before and after a mention in which it may be denied
_NEAR = 16  # characters between an option's text and its label
_AGAIN, _MORE = 0.3, 0.2  # of the words of the question


class Sign(NamedTuple):
    """One mention of an option: whose, and what is seen there. `again` is the share of the question's words there."""

    label: str
    seen: frozenset[str]
    again: float


class _Sought(NamedTuple):
    """The options that are looked for: their texts as they are, without articles, and the words of each alone."""

    labels: Labels
    options: Mapping[str, str]
    names: Mapping[str, str]
    own: Mapping[str, frozenset[str]]
    parts: frozenset[str]
    asking: str
    asked: frozenset[str]


def signs(text: str, labels: Labels, options: Mapping[str, str], asking: str) -> list[Sign]:
    """The mentions of `options` in the sentences of `text`."""
    names = {label: _ARTICLE.sub("", written_plainly(plain_signs(one))) for label, one in options.items()}
    own = _own_words(tuple(options.items()), asking)
    sought = _Sought(labels, options, names, own, frozenset().union(*own.values()), asking, asked_stems(asking))
    result = comes_to(text, options, asking)
    found = [Sign(result, frozenset(("result",)), 0.0)] if result else []
    said = sentences(written_plainly(text) if any(map(is_value, options.values())) else text)
    rejected = False
    for n, sentence in enumerate(said):
        if _HEADING.match(sentence):
            rejected = bool(_OF_OTHERS.search(sentence.lower()))
        where = {"first"} if not n else set()
        where |= {"last"} if n == len(said) - 1 else set()
        where |= {"concludes"} if concludes(sentence) else set()
        where |= {"rejected"} if rejected else set()
        found += _in_sentence(sentence, sought, where)
    denied = {one.label for one in found if "denied" in one.seen}
    found = [one for one in found if "result" not in one.seen or one.label not in denied]
    return _compared(_items_marked(found))


def _in_sentence(sentence: str, sought: _Sought, where: set[str]) -> Iterator[Sign]:
    named = _named(sentence, sought)
    several = len({label for label, _, _ in named}) > 1
    denied = {label for label, _, seen in named if "denied" in seen}
    listed = any({"label"} == seen and _ITEM.fullmatch(sentence[:start]) for _, (start, _), seen in named)
    for label, (start, end), seen in named:
        begin, stop = (0, len(sentence)) if "words" in seen else _clause(sentence, start, end)
        clause = sentence[begin:stop]
        before, after = sentence[max(0, start - _FAR) : start], sentence[end : end + _FURTHER]
        if label in denied or is_withdrawn(after) or ("affirmed" not in seen and is_denied(before, after)):
            seen.add("denied")
        elif "label" not in seen and is_predicate(before):
            seen.add("predicate")
        here = {other for other, (place, _), _ in named if begin <= place < stop}
        seen.add("alone" if not several else "alone in clause" if here == {label} else "with others")
        signs = {
            "with label": any(other == label and 0 < place - end < _NEAR for other, (place, _), _ in named),
            "opens": bool(_ITEM.fullmatch(sentence[:start])),
            "bold": before.rstrip(" (\"'[").endswith(("**", "__", "`")) or "**" in after[:3],
            "only": bool(_ONLY.search(before.lower())),
            "contrasted": bool(_CONTRASTS.search(clause.lower()) or _CONTRASTS.search(sentence[:begin].lower()[-20:])),
            "supposed": bool(_SUPPOSES.search(clause.lower())),
        }
        mine = sought.asked - stems(sought.options[label])
        again = len(mine & stems(clause if several else sentence)) / max(1, len(mine)) if mine else 0.0
        if listed and "rejected" not in where:
            continue
        yield Sign(label, frozenset(seen | where | {name for name, there in signs.items() if there}), again)


def _named(sentence: str, sought: _Sought) -> list[tuple[str, tuple[int, int], set[str]]]:
    """The options that `sentence` names, where, and how: by their labels and texts, else by most of their words."""
    named: list[tuple[str, tuple[int, int], set[str]]] = []
    for label, span, verdict in labelled(sentence, sought.labels, sought.options, sought.asking):
        named.append((label, span, {"label", "affirmed" if verdict > 0 else "denied" if verdict < 0 else "label"}))
    for label, name in sought.names.items():
        if place := span_of(sentence, name):
            named.append((label, place, {"value" if is_value(name) else "text"}))
    if named:
        spans = [span for _, span, _ in named]
        return [
            one for one in named if not any(s <= one[1][0] and one[1][1] <= e and (s, e) != one[1] for s, e in spans)
        ]
    lower = sentence.lower()
    if not any(map(lower.__contains__, sought.parts)):
        return []
    words = stems(sentence)
    shares = {label: len(mine & words) / len(mine) for label, mine in sought.own.items() if len(mine) >= _FEW}
    best = max(shares, key=shares.__getitem__, default="")
    others = (share for label, share in shares.items() if label != best)
    if best and shares[best] >= _MOST and all(share < _OF_OTHERS_AT_MOST for share in others):
        named.append((best, (0, len(sentence)), {"words"}))
    return named


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause of `sentence` begins and ends that has what stands there."""
    ends = [found.end() for found in _CLAUSES.finditer(sentence) if found.end() <= start]
    after = _CLAUSES.search(sentence, end)
    return ends[-1] if ends else 0, after.start() if after else len(sentence)


def _items_marked(found: list[Sign]) -> list[Sign]:
    """`found`, where options of which several open a sentence each are marked as items of a list."""
    opening = {one.label for one in found if "opens" in one.seen}
    if len(opening) <= _FEW:
        return found
    return [one._replace(seen=one.seen | {"item"}) if "opens" in one.seen else one for one in found]


def _compared(found: list[Sign]) -> list[Sign]:
    """`found`, where a mention is marked in whose clause more words of the question stand than beside any other."""
    most = {label: max(one.again for one in found if one.label == label) for label in {one.label for one in found}}
    first, second = sorted((*most.values(), 0.0, 0.0), reverse=True)[:2]
    if first < _AGAIN or first - second < _MORE:
        return found
    return [one._replace(seen=one.seen | {"most again"}) if one.again == first else one for one in found]


@lru_cache(maxsize=256)
def _own_words(options: Sequence[tuple[str, str]], asking: str) -> dict[str, frozenset[str]]:
    """The words of each option that neither another one nor the question has."""
    asked, words = stems(asking), {label: stems(text) for label, text in options}
    return {
        label: mine.difference(asked, *(others for name, others in words.items() if name != label))
        for label, mine in words.items()
    }
