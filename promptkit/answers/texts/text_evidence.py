"""What speaks for and against a text as the answer of a reply: how its sentence and the words around it use it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptkit.answers.prose.topic import stem, topic
from promptkit.answers.texts.asked_text import Asked, asked, asked_head, told
from promptkit.answers.texts.text_sites import Sentence, Site
from promptkit.answers.texts.text_standing import Standing

_COPULA_ENDING = re.compile(r"'[dt][iu]r|(?:이)?(?:입니다|다|에요|예요|였습니다|었습니다|며|고)$")
_COPULAS_AFTER = frozenset("है हैं था थे थी です だ である でした でし 입니다".split())  # noqa: SIM905
_DIGITS = re.compile(r"[\d.,%]+$")
_DID = frozenset(("did", "does", "do", "had", "has", "have"))
_OPENING = 3  # words in which a pronoun opens a sentence
_OTHERS = 4  # and one that announces something else
_MARKS = 8  # characters of the marks around bold
_FEW = 3  # words


def signals(site: Site, reply: Sequence[Sentence], question: str, *, places: int) -> dict[str, float]:
    """How much there is of each kind of evidence for the text at `site`, which stands at so many `places`."""
    place, asks = Standing(site, reply), asked(question)
    found = _of_sentence(place, question) | _of_clause(place, question) | _of_link(place, asks)
    found |= _of_form(place, asks) | _of_others(place)
    found["it stands in several sentences"] = places > 1
    beside = told(question)
    found["only what stands before the question has it"] = all(
        stem(token.plain) in beside for token in place.text if token.plain not in place.words.articles
    )
    return {name: float(value) for name, value in found.items()}


def _of_sentence(place: Standing, question: str) -> dict[str, float]:
    sentence, at, reply, own = place.sentence, place.site.sentence, place.reply, place.own
    here = len(sentence.asked - own)
    pronoun = _has_pronoun(sentence)
    head, said = asked_head(question), sentence.said
    return {
        "words of the question in its sentence": min(here, 4) / 4,
        "words that only the question's last sentence has": min(len(topic(question) & said), 3) / 3,
        "no other sentence has more of them": here > 0 and here >= max(len(one.asked - own) for one in reply),
        "an earlier sentence has as many": any(len(one.asked - own) >= here for one in reply[:at]),
        "it is in the first sentence": at == 0,
        "it is in the last sentence of several": at == len(reply) - 1 > 0,
        "its sentence concludes": sentence.concludes,
        "a later sentence concludes": any(one.concludes for one in reply[at + 1 :]),
        "its sentence opens with a pronoun, and is the first": at == 0 and pronoun,
        "its sentence opens with a pronoun, and is a later one": at > 0 and pronoun,
        "its line is an item of a list": sentence.listed,
        "its sentence tells of others": any(
            token.plain in place.words.others and not token.known for token in sentence.tokens[:_OTHERS]
        ),
        "what is asked for is named in its sentence": bool(head & said),
        "what is asked for is named in another sentence, and not in its own": bool(
            head and not head & said and any(head & one.said for one in reply)
        ),
        "another sentence denies words of the question": any(
            len(one.asked) > 1 and one.denies for n, one in enumerate(reply) if n != at
        ),
        "it is all of its sentence": place.opens and not place.after and not place.tokens[-1].clause,
        "it ends its sentence": place.site.end == len(place.tokens),
    }


def _of_clause(place: Standing, question: str) -> dict[str, float]:
    words, beside = place.words, (*place.within, *place.after)
    head = asked_head(question)
    following = place.after[0] if place.after else None
    asked_follows = following is not None and (
        following.plain in words.be or following.plain in _DID or place.says_it_again(following)
    )
    return {
        "words of the question in its clause": min(sum(map(place.says_it_again, beside)), 3) / 3,
        "what is asked for is named in its clause": any(stem(t.plain) in head for t in (*place.before, *place.after)),
        "its clause opens as a subordinate one": (
            place.clause[0].plain in words.subordinate and not place.site.beside and not place.opens
        ),
        "its clause supposes": any(
            token.plain in words.supposes and not token.known for token in (*place.before, *place.clause)
        ),
        "its clause denies": any(map(place.denies, place.before)),
        "its clause denies after it": any(map(place.denies, place.after[:4])),
        "its clause begins as the sentence goes on": place.goes_on,
        "it is in parentheses": place.site.beside,
        "it is in the first clause": place.first.clause == 0,
        "it is in the last clause of several": place.first.clause == place.tokens[-1].clause > 0,
        "it opens its sentence": place.opens,
        "it opens its sentence, and the question's verb or a form of be follows": place.opens and asked_follows,
        "it opens its clause": not place.opens and all(token.plain in words.articles for token in place.before),
        "it ends its clause": not place.after,
        "it describes a word of the question": (
            following is not None
            and place.says_it_again(following)
            and following.start - place.last.end < _FEW
            and not place.opens
        ),
    }


def _of_link(place: Standing, asks: Asked) -> dict[str, float]:
    words = place.words
    link, described = place.link
    about = any(map(place.says_it_again, place.before)) or any(
        token.plain in words.pronouns or ("'" in token.plain and token.plain in words.be)
        for token in place.before[:_OPENING]
    )
    previous = place.before[-1] if place.before else None
    following = place.after[0].plain if place.after else ""
    word = previous.plain if previous else ""
    return {
        "it follows a form of be, after words of the question or a pronoun": link in words.be and about,
        "it follows a form of be, after others": link in words.be and not about,
        "it follows a word such as called": link in words.called,
        "it follows a word such as by": link in words.by,
        "it follows a word such as to": link in words.to,
        "it follows for": link in words.for_,
        "it follows a word such as of": link in words.of,
        "it follows a word such as in, and a place is asked for": link in words.inside and asks.place,
        "it follows a word such as in": link in words.inside and not asks.place,
        "it follows a word such as with or from": link in words.beside,
        "it follows a word of the question": place.linked_by_the_question and link not in place.linking,
        "it is an example": word in words.examples and link == word,
        "words that describe it stand before it": described,
        "it follows and": word in words.joins,
        "it follows or, or or follows it": word in words.either or following in words.either,
        "and follows it": following in words.joins,
        "it stands in a row of names": place.in_a_row,
        "a word that marks a subject follows it": following in words.marks_subject,
        "it carries a copula": bool(_COPULA_ENDING.search(place.last.plain)) or following in _COPULAS_AFTER,
        "the word before it has a capital": (
            previous is not None and previous.text[:1].isupper() and previous.new and previous is not place.tokens[0]
        ),
    }


def _of_form(place: Standing, asks: Asked) -> dict[str, float]:
    first, last = place.first, place.last
    bold = [span for span in place.sentence.bold if span[0] <= first.start and last.end <= span[1]]
    possessive = last.plain.endswith("'s")
    return {
        "it is in bold": bool(bold),
        "it is all that is in bold": any(end - start - (last.end - first.start) < _MARKS for start, end in bold),
        "it is in quotes or italics": any(
            start <= first.start and last.end <= end for start, end in place.sentence.marked
        ),
        "it has a possessive's ending": possessive and place.site.end < len(place.tokens),
        "it opens its sentence with a possessive's ending": possessive and place.opens,
        "it has a capital, and a person is asked for": place.capital and asks.person,
        "it has a capital, and a place is asked for": place.capital and asks.place,
        "it has no capital, and a person is asked for": place.small and asks.person,
        "it is a number, and no number is asked for": (
            first is last and bool(_DIGITS.match(first.text)) and not asks.number
        ),
        "the question has it": all(token.known for token in place.text),
        "its words are few": len(place.text) <= _FEW,
    }


def _of_others(place: Standing) -> dict[str, float]:
    earlier = {
        token.plain
        for token in place.tokens[1 : place.site.start]
        if token.text[:1].isupper() and not token.known and token.plain not in place.own
    }
    later = sum(token.text[:1].isupper() and not token.known for token in place.after)
    unknown = sum(not token.known and token.plain not in place.linking for token in place.before)
    return {
        "new names before it in its sentence": min(len(earlier), 3) / 3,
        "new names after it in its clause": min(later, 2) / 2,
        "new words before it in its clause": min(unknown, 4) / 4,
        "it has no capital, and a new name stands in its sentence": place.small
        and any(token.text[:1].isupper() and not token.known for token in place.tokens[1:]),
    }


def _has_pronoun(sentence: Sentence) -> bool:
    words = sentence.words
    return any(
        token.plain in words.pronouns or (token.plain in words.be and ("'" in token.plain or not n))
        for n, token in enumerate(sentence.tokens[:_OPENING])
    )
