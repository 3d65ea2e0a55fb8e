"""Labels that mean yes and no, and whether a sentence in another language than English means one of them."""

from __future__ import annotations

import re
from typing import NamedTuple

import promptkit.answers.labels.polar_words as words
from promptkit.answers.labels.polarity import says_opposite, with_opposites
from promptkit.answers.prose.topic import stems
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import one_of

_FEWEST = 2
_SHORT = 8  # characters of a question
_ASKING = re.compile(r"[吗嗎?？]|是否|是不是|(?:です|ます|でした|ました)か|(?:인가|입니|습니|나|까)(?:요|까)?(?=\s?\?)")
_DENYING = re.compile(r"[不没沒]|并非|ません|です|ます")
_SHARE = 0.6  # of the question's words that a sentence says again


class Polar(NamedTuple):
    """Two labels, the one that affirms and the one that denies, and whether they are English."""

    yes: str
    no: str
    english: bool = False


_PAIRS = (
    *(Polar("yes", "no", english=True), Polar("true", "false", english=True)),
    *(Polar("ja", "nein"), Polar("ja", "nee"), Polar("ja", "nej"), Polar("oui", "non"), Polar("vrai", "faux")),
    *(Polar("sí", "no"), Polar("si", "no"), Polar("sì", "no"), Polar("sim", "não"), Polar("tak", "nie")),
    *(Polar("да", "нет"), Polar("evet", "hayır"), Polar("是", "否"), Polar("是", "不是"), Polar("是", "不")),
    *(Polar("wahr", "falsch"), Polar("richtig", "falsch"), Polar("verdadero", "falso"), Polar("对", "错")),
    *(Polar("はい", "いいえ"), Polar("예", "아니오"), Polar("예", "아니요"), Polar("네", "아니요"), Polar("نعم", "لا")),
    *(Polar("हाँ", "नहीं"), Polar("verdadeiro", "falso"), Polar("vero", "falso"), Polar("prawda", "fałsz")),
)
_KNOWN = {frozenset((pair.yes, pair.no)): pair for pair in _PAIRS}
_NOT = re.compile(r"(?:not|no|non|nicht|kein\w?|pas|niet|geen)[\s-](?:de\s)?(.+)|(.+) 없음")


def polar_pair(labels: tuple[str, ...]) -> Polar | None:
    """What `labels` mean where they are yes and no, in whatever language, or "sarcasm" and "no sarcasm"."""
    names = [name.casefold() for name in labels]
    if known := _KNOWN.get(frozenset(names)):
        return known
    if len(names) != len(("yes", "no")):
        return None
    for yes, no in (names, names[::-1]):
        if (found := _NOT.fullmatch(no)) and yes in found.groups():
            return Polar(yes, no, english=no.startswith(("no ", "not ")))
    return None


_DENIES = re.compile(
    r"\b(?:nicht|kein\w{0,2}|nie(?:mals)?|keinesfalls|n['’]\w+\s(?:pas|jamais|plus)|ne\s\w+\s(?:pas|jamais)|pas|jamais"
    r"|aucune?|no|nunca|jamás|tampoco|non|mai|nem|não|niet|geen|nooit|inte|ikke|не|нет|никогда|değil\w*|nie)\b"
    r"|[不没沒非]|ではな|じゃな|ません|않|없|아니|못",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:vielleicht|womöglich|könnten?|teilweise|manche|einige|manchmal|kommt darauf an|hängt|peut-être"
    r"|parfois|certaine?s|dépend|pourraient?|quizás?|tal vez|depende|algun[oa]s|puede que|forse|dipende|alcun[ie]"
    r"|talvez|alguns|algumas|misschien|sommige|может|возможно|иногда|некоторые|belki)\b|可能|也许|有些|有时|たぶん|かもしれ",
    re.IGNORECASE,
)
_REASON = re.compile(
    r",?\s(?:weil|denn|da|obwohl|sondern|aber|auch wenn|parce|car|puisque|mais|bien que|porque|ya que|aunque|sino"
    r"|pero|perché|poiché|anche se|ma|mas|embora|omdat|want|maar|потому|так как|хотя|но|а)\s|[，；。;:—]|,\s",
    re.IGNORECASE,
)


_SO = re.compile(rf"[,;]\s{one_of(word for each in LANGUAGES for word in each.concludes if word[-1].isalpha())}\b")
_DENIED_OF_IT = re.compile(rf"\b{one_of(words.DENIED_ELSEWHERE)}\b", re.IGNORECASE)


def elsewhere(sentence: str, question: str) -> bool | None:
    """Whether the first clause of `sentence` affirms or denies `question`, most of whose words it says again."""
    first, asks, _ = question.partition("?")
    question = first + asks if len(first) > _SHORT else question
    if sentence.rstrip().endswith(("?", "？")) or _HEDGES.search(sentence) or _DENIES.search(question):
        return None
    if _DENIED_OF_IT.search(sentence):
        return False
    sentence = _SO.split(sentence)[-1]
    clause = next((part for part in _REASON.split(sentence) if part and _says_most(part, question)), "")
    if not clause:
        return None
    return (len(_DENIES.findall(clause)) + says_opposite(clause, question)) % 2 == 0


def _says_most(clause: str, question: str) -> bool:
    """Whether `clause` says most words of `question` again."""
    asked, said = stems(_ASKING.sub("", question)), stems(_DENYING.sub("", with_opposites(clause, question)))
    return len(asked) >= _FEWEST and len(asked & said) >= _SHARE * len(asked)
