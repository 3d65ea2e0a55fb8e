"""Whether a sentence has a text without asserting it: denied, only possible, or what something else was done to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from promptkit.answers.texts.asked_text import asked
from promptkit.answers.texts.text_sites import Sentence, Site, Token
from promptkit.answers.texts.text_standing import Standing

_NEAR = 3  # words
_ALL_OTHERS = frozenset(("any", "all", "every", "other", "others"))


def is_excluded(site: Site, reply: Sequence[Sentence], question: str) -> bool:
    """Whether the text at `site` can't be what `reply` asserts."""
    place, asks = Standing(site, reply), asked(question)
    if not site.beside and any(token.plain == "either" for token in place.sentence.tokens):
        return True
    if not asks.what_is_not and _is_denied(place):
        return True
    link, _ = place.link
    towards = place.words.towards | place.words.for_
    if (
        link in (towards - _PLACES if asks.place else towards)
        and not place.linked_by_the_question
        and not _stands_for(place)
    ):
        return True  # "flows into the Nile"
    if any(_is_possible(token, place) for token in place.before):
        return True
    return not place.before and (_is_compared(place) or _did_something_else(place, question))


def _stands_for(place: Standing) -> bool:
    return any(
        token.plain in place.words.called and following.plain in place.words.for_
        for token, following in pairwise(place.before)
    )


def _is_denied(place: Standing) -> bool:
    for n, token in enumerate(place.before):
        if place.denies(token) and not token.known:
            return not any(one.plain in place.words.only for one in place.before[n + 1 : n + _NEAR])
    near = place.after[:_NEAR]
    if not near or near[0].plain not in place.words.be or any(token.plain in place.words.only for token in near):
        return False
    return any(place.denies(token) for token in near[1:])


def _is_possible(token: Token, place: Standing) -> bool:
    return token.plain in place.words.possible and token.text.islower() and not token.known


def _is_compared(place: Standing) -> bool:
    """Whether it is the subject of a comparison that does not say the question again: "Mars is smaller than"."""
    after = place.tokens[place.site.end :]
    than = any(token.plain == "than" and not token.known for token in after)
    return than and not any(token.plain in _ALL_OTHERS for token in after)


def _did_something_else(place: Standing, question: str) -> bool:
    """Whether it is the subject of the question's verb with another object: "Van Gogh painted 'Sunflowers'"."""
    if not place.after or not place.says_it_again(place.after[0]):
        return False
    return any(
        token.text not in question
        and (token.text[:1].isupper() or any(start <= token.start < end for start, end in place.sentence.marked))
        for token in place.after[1:_NEAR]
    )


_PLACES = frozenset(("near", "into", "onto", "toward", "towards", "for"))
