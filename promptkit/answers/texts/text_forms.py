"""The forms in which a sentence states a short text: "the capital is Oslo", "it was written by Goethe"."""

from __future__ import annotations

import re

from promptkit.answers.words.phrases import phrase

IS = phrase(
    r"(.{1,160}?)(?:,.{1,80},)? (?:is|was|are|were|is called|is named|was called|is known as|would be"
    r"|has(?: always)? been|became|remains|is still|serves as)(?: (?:called|named"
    r"|definitely|of course|indeed|actually|also|most likely"
    r"|probably))* (?!not\b|in\b|by\b|from\b|because\b)(.{1,120})"
)
IT_IS = phrase(
    r"(?:(?:today|now|currently|actually|so|then|thus),? )?(?:it|that|this|he|she|they|the answer"
    r"|here)(?: is|'s| was| are|'re| would be| were)(?: "
    r"(?:called|named|definitely|of course|probably|most likely|(?:\w+ly )?(?:known as|called|referred to as)))*"
    r" (?!not\b|in\b)(.{1,120})"
)
NEGATED = re.compile(
    r"\b(?:not|never|no longer|neither|nor|n'est pas|no es|non è|ist nicht|is niet|não é|nie jest)\b|n't\b|\sне\s",
    re.IGNORECASE,
)
CONTRAST = re.compile(r",\s(?:and\s)?not\s[^.;]{1,80}(?=[.;!]|$)", re.IGNORECASE)
SHIFTED = re.compile(r"\b(?:second|third|fourth|former|formerly|previous|runner-up|once)\b", re.IGNORECASE)
THAN = re.compile(r"\b(?:than|as \w+ as)\b", re.IGNORECASE)  # it compares, and tells of no more
EITHER = re.compile(r"\b(?:or|maybe|perhaps|possibly|either|might|may|could)\b", re.IGNORECASE)
NOT_A_NAME = re.compile(
    r"(?:located|known|considered|situated|one of|famous|a very|very|unknown|unclear|often|usually"
    r"|generally|used|found|made|based|part of|about)\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"(?<!\s)(?:\s++and\s(?:the|its|it|they)\s"
    r"|\s*+(?:,\s(?:which|who|where|located|situated|known|and it|because|as|since|a|an|the|not|but)\b|;)"
    r"|\s++(?:[-—]\s|\(|because\s|since\s|which\s)).*$"  # possessive: a run of blanks is read once
)
DONE_BY = re.compile(r"^(?:\w+ly )?\w+(?:ed|en|n|t|d) (?:by|in|at|on|from) ")  # "written by Goethe"
WHEN = re.compile(r"\s(?:in|on|at|around|during|between|since)\s(?:the\s)?(?:early|late|mid|about|\d).*$")
WHO_DID = re.compile(r"(?<=\w)\s(?:who|that|which)\s[a-z].*$")  # "Goethe who wrote it"
CLAUSE = re.compile(r"(.+?), [a-zа-я]\w*(?: \S+){2,}$")  # "Amsterdam, al zetelt …", not "apples, oranges"
STANDS_FOR = phrase(
    r"(.{1,120}?) (?:stands for|refers to|denotes|is short for|(?:is|was) (?:of course |best |mainly |mostly )?"
    r"(?:famous|known|renowned) for|is called|means) (.{1,80})"
)
BY = phrase(
    r"(.{1,160}?) (?:was|were|is|are|has been|had been) (?:\w+ly )?\w+(?:ed|en|n|t|d)"
    r"(?: (?:in|on) [\w ]{2,20}?)? by ([^,;.(]{2,60}?)"
    r"(?: (?:in|on|at|and|with|for|between|from|during|after|as) .*|,.*)?"
)
INSERTED = re.compile(r"\s\([^()]{1,40}\)(?=\s[a-z])")  # "Jaws" (1975) was
LIES_IN = phrase(
    r"(.{1,120}?) (?:is|are|was|were|lies|stands|sits|remains|ended up|ends up|can be found)"
    r" (?:now |still |located |situated |found |held |born )?"
    r"(?:in|at|on|inside|under) (.{1,60})"
)
DID = re.compile(
    r"(?!(?:The|An?|It|He|She|They|This|That|In|On|At|There)\s[a-z])"
    r"((?:The\s)?[A-Z][\w.'-]*(?:\s(?:[A-Z][\w.'-]*|of|the|van|von|de|da|del|di|la|le|bin|al)){0,6})\s([a-z]{2,})\b(?!\sby\b)"
)
NAMED_OBJECT = re.compile(r"\s(?:the\s)?[\"'‘“*_]{0,3}([A-Z]\w+)")
NOT_BUT = re.compile(
    r"(?:[^.;!?\n]{1,100}?(?:\s|(?<=n')))?(?:isn't|wasn't|not|nicht|pas|no|non|não|niet|nie|не)\s(?!only|just|nur|solo|seulement)"
    r"[^.;!?]{2,120}?,?\s(?:but(?:\srather)?|sondern|mais|sino|ma|mas|maar|lecz|а)\s"
    r"(?!(?:has|had|was|is|it|they|he|she|there|can|will|not|also|only)\b)([^,.;!?]{2,60})",
    re.IGNORECASE,
)
COLON_IT_IS = re.compile(
    r"[^\n]{1,200}[:—]\s(?:so\s)?it(?:'s|\sis|\swas)\s(?:called\s)?([^,;:—\n]{1,60})", re.IGNORECASE
)
CODE_FIRST = re.compile(r"([A-Z][\w']*(?:\s[a-z']+){0,4}\s)?`([^`\n]{1,60})`(?=[\s,.:;!—-]|$)")
AVOIDS = re.compile(r"\b(?:not|unlike|instead|rather|than|while|avoid|never|if|when)\b|n't\b", re.IGNORECASE)
DASH_IS = re.compile(r"([^—\n]{1,160}[^—\s])\s—\s(?!не\b)([^—\n]{1,120})")
IT_IS_ELSEWHERE = re.compile(
    r"(?:(?:dat|dit|het|das|es)\s(?:was|is|ist|war)|c'(?:est|était)|ce\sfut|era|è|fue|foi|es|é|this\swas|это(?:\sбыл[аио]?)?"
    r"|to\s(?:był[ao]?|jest))\s(?:de\s|der\s|die\s|das\s|le\s|la\s|l'|el\s|il\s|o\s|a\s|het\s)?"
    r"([A-ZÀ-ÞА-Я][^,;.()\n]{0,60}?)(?:\s(?:qui|que|quien|che|die|der|das|dat|który|która|который|которая)\s.*|[,;.(].*)?",
    re.IGNORECASE,
)
