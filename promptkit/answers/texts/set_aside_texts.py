"""Whether a reply has a text only where it sets it aside: as what others suppose, or under another condition."""

from __future__ import annotations

from itertools import pairwise

from promptkit.answers.prose.reply import plain_signs
from promptkit.answers.texts.asked_text import asked
from promptkit.answers.texts.text_sites import parsed, sites
from promptkit.answers.texts.text_standing import Standing
from promptkit.answers.texts.text_words import ALL, CONDITIONS, CONTRASTS, FIRST_PERSON, STATES_OF_THINGS

_NEAR = 3  # words
_APART = 2  # clauses
_LOOKED_AT = 6000  # characters of a reply


def is_set_aside(reply: str, target: str, question: str) -> bool:
    """Whether `reply` has `target`, and sets it aside wherever it has it."""
    sentences = parsed(reply[:_LOOKED_AT], question)
    if not sentences:
        return False
    inflected = sentences[0].words is ALL
    found = sites(plain_signs(target).strip(), sentences, inflected=inflected, person=asked(question).person)
    places = [Standing(site, sentences) for site in found]
    return bool(places) and all(_is_only_supposed(one) or _is_under_another_condition(one) for one in places)


def _is_only_supposed(place: Standing) -> bool:
    """Whether others suppose it, and the sentence or the next one says what is so: "People assume X, but"."""
    words = [token.plain for token in place.before]
    supposed = next((n for n, word in enumerate(words) if word in place.words.supposes), None)
    if supposed is None or not FIRST_PERSON.isdisjoint(words[:supposed]) or place.site.beside:
        return False
    later = [token for token in place.tokens if token.clause > place.last.clause]
    if not later and place.site.sentence + 1 < len(place.reply):
        later = list(place.reply[place.site.sentence + 1].tokens)
    return any(token.plain in CONTRASTS for token in later[:_NEAR])


def _is_under_another_condition(place: Standing) -> bool:
    """Whether it holds under a condition that the question has not, beside a statement under one that it has."""
    before = [token for token in place.tokens if token.clause == place.first.clause - 1]
    if not before or before[0].plain not in CONDITIONS or place.site.beside:
        return False
    if any(map(place.says_it_again, before[1:])):
        return False
    for n, sentence in enumerate(place.reply):
        for previous, token in pairwise((None, *sentence.tokens)):
            opens = token is not None and (previous is None or previous.clause != token.clause)
            if token is not None and opens and token.plain in CONDITIONS | STATES_OF_THINGS:
                if n == place.site.sentence and abs(token.clause - before[0].clause) < _APART:
                    continue  # no statement between them: "Since he was away when she came, it was"
                clause = [one for one in sentence.tokens if one.clause == token.clause]
                if any(map(place.says_it_again, clause[1:])):
                    return True
    return False
