"""Which words of a sentence its question has not: what a sentence that says the question again adds to it."""

from __future__ import annotations

import re
from functools import lru_cache

TOKEN = re.compile(r"[^\s.,;:!?\"()*_«»“”。、，—–।-][^\s.,;:!?\"()*_«»“”。、，—–।]*")
_SHORTEST = 3  # letters of a word that may be a form of another
_LONGEST = 80  # words of a sentence
_LONGEST_NEW = 6  # words
_ARTICLES = frozenset(("the", "a", "an"))
_TOWARDS = frozenset("into towards toward near against after before like than without beyond past".split())  # noqa: SIM905
_SUFFIX = re.compile(r"'(?:[dt][ıiuü]r|s)$", re.IGNORECASE)  # Ankara'dır
_LINKING = """
the a an of in on at by has have had became did does do gives give get gets you we makes make produces
stammt stammen heißt lautet wird wurde wurden nennt s'appelle llama
is was are were it its be been called named and von van der den del bin ibn al y
ist war der die das den dem im est était le la les l' l de des du es era el los las un una è il lo gli della do da dos
é foi o os um uma is het een van jest to był była это является là है हैं था थी هو هي คือ
"""  # words that link a name to the rest of a sentence, in the languages that are read
LINKS = frozenset(_LINKING.split())


def new_words(sentence: str, question: str) -> str:
    """The words of `sentence` that `question` has not, if they stand together and it has most of the others."""
    words = [(found.start(), found.end(), found[0]) for found in TOKEN.finditer(sentence)]
    if len(words) > _LONGEST:
        return ""
    known = [is_known(word, question) for _, _, word in words]
    new = [n for n, it_is in enumerate(known) if not it_is]
    names = [
        n
        for n in new
        if words[n][2].lstrip("'‘")[:1].isupper() and (n or 1 in new or (2 in new and len(known) > 1 and known[1]))
    ]
    before = [plain(word) for _, _, word in words[: names[0]] if plain(word) not in _ARTICLES] if names else []
    if before and before[-1] in _TOWARDS:
        return ""  # "flows into the Nile": beside what is stated
    if names and _same_run(names, known):
        new = names  # "They met in Rome": of the new words those that are a name
    again = sum(n not in new and word.casefold().strip("'") not in LINKS for n, (_, _, word) in enumerate(words))
    too_long = bool(new) and (new[-1] - new[0] >= _LONGEST_NEW or len(new) > again + 3)
    if not new or not again or not _same_run(new, known) or too_long:
        return ""
    return _SUFFIX.sub("", sentence[words[new[0]][0] : words[new[-1]][1]])


def is_known(word: str, question: str) -> bool:
    """Whether `word`, or another form of it, is one of `question`, or links others."""
    word = plain(word)
    asked = asked_words(question)
    if word in asked or word in LINKS:
        return True
    return len(word) >= _SHORTEST and any(one.startswith(word) or word == one[:-1] for one in asked)


def plain(word: str) -> str:
    """`word` in lower case, without quotes around it and a genitive's ending."""
    return word.casefold().strip("'").removesuffix("'s")


@lru_cache(maxsize=512)
def asked_words(question: str) -> frozenset[str]:
    """The words of `question`, in lower case."""
    return frozenset(found[0].casefold().strip("'") for found in TOKEN.finditer(question))


def _same_run(positions: list[int], known: list[bool]) -> bool:
    """Whether only words that link stand between these."""
    return (
        bool(positions)
        and all(n in positions or known[n] for n in range(positions[0], positions[-1] + 1))
        and (positions[-1] - positions[0] - len(positions) < 2)
    )
