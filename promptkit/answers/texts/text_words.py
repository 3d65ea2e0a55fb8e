"""The words by which it is seen what a sentence does with a text that it has: in English, and in all languages read.

All are in lower case and without accents, as texts are compared.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Words of one use each."""

    be: frozenset[str]
    called: frozenset[str]
    by: frozenset[str]
    of: frozenset[str]
    to: frozenset[str]
    for_: frozenset[str]
    inside: frozenset[str]
    beside: frozenset[str]  # prepositions after which something else is named than what is asked for
    towards: frozenset[str]
    joins: frozenset[str]
    either: frozenset[str]
    articles: frozenset[str]
    in_names: frozenset[str]
    marks_subject: frozenset[str]  # what follows a subject
    subordinate: frozenset[str]
    denies: frozenset[str]
    only: frozenset[str]  # after which a denial is none: "not only"
    possible: frozenset[str]
    supposes: frozenset[str]
    others: frozenset[str]  # they open a sentence about something else
    pronouns: frozenset[str]
    examples: frozenset[str]
    adverbs: frozenset[str]
    empty: frozenset[str]  # other words that are no part of an answer

    def no_text(self) -> frozenset[str]:
        """All that are no part of an answer."""
        return frozenset[str]().union(*self)

    def linking(self) -> frozenset[str]:
        """Those that link other words."""
        return frozenset[str]().union(
            self.be, self.called, self.by, self.of, self.to, self.inside, self.beside, self.joins, self.either,
            self.articles, self.pronouns, _AUXILIARIES,
        )  # fmt: skip


_AUXILIARIES = frozenset(("did", "does", "do", "had", "has", "have"))

_ENGLISH = {
    "be": (
        "is are was were be been became become becomes remains remained it's that's he's she's they're you're i'm "
        "here's there's what's 's"
    ),
    "called": (
        "called named termed titled known as means mean meaning stands denotes translates say says said spells "
        "answer namely"
    ),
    "by": "by",
    "of": "of",
    "to": "to for corresponds belongs",
    "for_": "for",
    "inside": "in at on inside under within",
    "beside": (
        "with like than from near alongside unlike against after before beside besides following preceding over "
        "beyond except including such via through into onto out toward towards off up down"
    ),
    "towards": "into onto toward towards out off against like than unlike near beyond",
    "joins": "and & as well",
    "either": "or either",
    "articles": "the a an his her its their our your my this that",
    "in_names": "of the",
    "marks_subject": "",
    "subordinate": (
        "while whereas although though because since when where who whom which whose after before if as until "
        "unlike like despite instead rather than without compared formerly previously even unless contrary besides "
        "whether not no nor neither"
    ),
    "denies": "not never no nor neither nobody none without cannot",
    "only": "only just merely other but",
    "possible": "might may could maybe perhaps possibly whether if",
    "supposes": (
        "think thinks thought believe believes believed believing assume assumed guess guessed mistaken mistakenly "
        "mistake wrongly wrong confused confuse confusing mixed mistook myth incorrectly erroneously misconception "
        "disputed debated depends contested might may maybe perhaps possibly could either probably seems "
        "supposedly"
    ),
    "others": (
        "other others another second third runner-up next followed unlike contrast however meanwhile similarly "
        "later previously formerly note also compare compared"
    ),
    "pronouns": "he she they it that this these those his her its their",
    "examples": "as including includes e.g like namely include",
    "adverbs": (
        "so then thus therefore hence well yes actually today now originally also indeed finally currently here"
    ),
    "empty": (
        "so then thus therefore hence also too only just now today still often usually most more very much many "
        "all both each i we you one there here has have had did does do can will would who what how about during "
        "around between its several some according step strictly speaking contrary answer note made native based "
        "located found born written called produced published something someone anything nothing thing things "
        "people many part kind type sort"
    ),
}
_OTHERS = {
    "be": (
        "ist sind war waren wird wurde wurden bleibt est sont etait etaient fut c'est c'etait reste es son era "
        "eran fue fueron seria é è sono fu furono resta sao foi eram fica zijn werd jest sa byl byla bylo byli to "
        "ar var vore это является являются был была было были стал стала считается считаются هو هي كان كانت है हैं "
        "था थे थी हुए olan oldu adalah ialah 是 为 為 です だ である でした でし คือ"
    ),
    "called": (
        "heisst heissen lautet genannt bedeutet nennt nennen namens s'appelle appelle appele nomme signifie veut "
        "dire llama llaman llamado denomina significa dice chiama chiamato chama chamado heet genaamd betekent "
        "nazywa oznacza kallas heter betyder называется означает يسمى تسمى कहते कहा demek denir disebut 叫 称 "
        "という"
    ),
    "by": "von vom par por da dal dalla do door przez av af oleh durch de del di du d van der من تأليف 由 被",
    "of": "的 の de del di du d da do van von der des la z",
    "to": "zu a al à para per до к для dla voor für fur pour",
    "for_": "für fur pour para per voor dla для",
    "inside": (
        "im am auf unter dans a au aux sur sous en em na no nas nel nella sul sulla w we 在 に で v ve в на op "
        "onder i på في तो में पर di"
    ),
    "beside": (
        "mit wie als gegen nach vor ausser neben aus statt avec comme que contre apres avant sauf hors con como "
        "contra tras antes despues sin per contro dopo prima com sem z jak od po przed с как чем от после до кроме "
        "met zoals dan tegen na voor behalve مع مثل بعد قبل بين बाद साथ"
    ),
    "towards": "gegen als que contre como comme wie чем",
    "joins": "和 与 與 や と und sowie et y e ed en i oraz и و ve og och और एवं dan",
    "either": "oder ou o u of lub albo или أو veya या atau",
    "articles": (
        "der die das den dem des ein eine einem einen einer le la les l un une el los las uno una il lo gli i o os "
        "as um uma de het een"
    ),
    "in_names": "de da do dos della del di du der den van von la le al el bin ibn ben y e og i ter ten",
    "marks_subject": "ने は が 이 가 का की के को है थे था थी हैं ile tarafindan idi dir ise ne",
    "subordinate": (
        "wahrend obwohl weil wenn statt anders nachdem bevor sobald deren dessen wobei alors quand qui dont "
        "lorsque puisque bien contrairement tandis parce malgre mientras aunque cuando donde quien cuyo porque "
        "pues segun mentre anche quando dove che cui perche sebbene enquanto embora onde quem cujo terwijl hoewel "
        "omdat waar wanneer die zodat podczas chociaz gdy gdzie ktory ktora ktore bo хотя когда где который "
        "которая которые если потому поскольку"
    ),
    "denies": (
        "nicht kein keine keinen keiner nie weder pas jamais ni aucun aucune ne nunca ningun tampoco non mai nem "
        "nao niet geen nooit nigdy ani не ни нет никогда ليس ليست وليس وليست لم لا नहीं degil inte ikke bukan 不 "
        "没 沒 非 ではなく じゃなく ではありません 아니라"
    ),
    "only": "nur seulement solo solamente soltanto apenas alleen tylko только",
    "possible": "vielleicht moglicherweise peut-etre quizas forse talvez misschien moze возможно ob",
    "supposes": (
        "glauben denken meinen tippen verwechselt vielleicht moglicherweise pensent croient confond confondre "
        "creen piensan confunde confunden quizas pensano credono confuso forse pensam acham confundido talvez "
        "denken verward misschien mysla myli moze думают путают возможно может"
    ),
    "others": (
        "weitere andere danach spater autres ensuite apres otros ademas luego altri inoltre dopo outros depois "
        "andere daarna inne potem другие также затем आदि diger ayrica أخرى أيضا"
    ),
    "pronouns": ("er sie es il elle ce lo la ella ele ela hij zij on ona он она это هذا هذه وهو وهي यह वह इसे उन्हें onu"),
    "examples": (
        "wie darunter comme dont notamment como incluidos incluyen come tra tais zoals waaronder jak такие как مثل "
        "जैसे gibi"
    ),
    "adverbs": "also heute donc aujourd'hui hoy oggi hoje vandaag dzis сегодня",
    "empty": "一般 认为 認為 因为 因為 称为 稱為 以及 不过 但是 通常 就是 了 有 于 於",
}


def _words(*languages: dict[str, str]) -> Words:
    return Words(*(frozenset(" ".join(one[name] for one in languages).split()) for name in Words._fields))


ENGLISH = _words(_ENGLISH)
ALL = _words(_ENGLISH, _OTHERS)

# With these a sentence goes on after what is only supposed.
CONTRASTS = frozenset("but yet though actually however aber doch mais pero ma mas maar ale но однако".split())  # noqa: SIM905
# These open a clause under whose condition the next one holds.
CONDITIONS = frozenset(
    "once when if after until unless wenn sobald nachdem quand lorsque si cuando quando als wanneer когда если".split()  # noqa: SIM905
)
# And these a clause that tells how things are meanwhile.
STATES_OF_THINGS = frozenset(
    "while as before wahrend solange bevor pendant tant mientras mentre enquanto terwijl пока".split()  # noqa: SIM905
)
FIRST_PERSON = frozenset("i we i'd i'm ich wir je nous yo io eu ik я".split())  # noqa: SIM905
