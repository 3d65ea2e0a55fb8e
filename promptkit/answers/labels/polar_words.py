"""Words by which a sentence affirms or denies a question without yes or no, by language.

Each is a regular expression for text in lower case.
"""

from __future__ import annotations

AFFIRMS_AT_ONCE = (  # they open a reply and affirm what was asked
    *("easily", "very much so", "you bet", "no doubt", "without a doubt", "undoubtedly", "overwhelmingly so", "by far"),
    *("oh, (?:absolutely|definitely|dripping with it)", "dripping with \\w+", "clearly so", "(?:it|that) sure is"),
    *("klar", "natürlich", "selbstverständlich", "auf jeden fall", "unbedingt", "allerdings", "durchaus"),
    *("bien sûr", "tout à fait", "absolument", "évidemment", "certainement", "sans aucun doute", "effectivement"),
    *("claro", "por supuesto", "desde luego", "sin duda", "efectivamente", "certo", "certamente", "senz'altro"),
    *("com certeza", "sem dúvida", "zeker", "natuurlijk", "uiteraard", "absoluut", "oczywiście", "zdecydowanie tak"),
    *("конечно", "разумеется", "безусловно", "elbette", "kesinlikle", "tabii", "当然", "没错", "もちろん", "물론"),
)
DENIES_AT_ONCE = (  # they open a reply and deny what was asked
    *(
        "not even (?:close|remotely|nearly|almost)",
        "nowhere near",
        "far from it",
        "not a chance",
        "no chance",
        "not likely",
    ),
    "not (?:realistically|really|remotely|legally|safely|naturally|officially|technically|physically|yet|ever)",
    *("not (?:with|without|on|at|for|under|if|unless|while|during|since|any|according|in)", "please don't", "don't"),
    *(
        "there(?:'s| is| was) no (?:way|chance|possibility)(?! (?:to|of) (?:answer|determin|know|tell|say|be ))",
        "out of the question",
        "under no circumstances",
        "i wouldn't",
    ),
    *(
        "absolutely impossible",
        "contrary to popular belief",
        "on the contrary",
        "quite the (?:opposite|contrary|reverse)",
    ),
    *(
        "auf keinen fall",
        "keinesfalls",
        "keineswegs",
        "mitnichten",
        "ganz und gar nicht",
        "nicht wirklich",
        "bloß nicht",
    ),
    *(
        "pas vraiment",
        "pas du tout",
        "absolument pas",
        "certainement pas",
        "bien sûr que non",
        "en aucun cas",
        "jamais",
    ),
    *(
        "de ninguna manera",
        "en absoluto",
        "para nada",
        "claro que no",
        "por supuesto que no",
        "ni hablar",
        "en ningún caso",
    ),
    *("assolutamente no", "per niente", "certo che no", "niente affatto", "de jeito nenhum", "de forma alguma"),
    *("claro que não", "zeker niet", "absoluut niet", "helemaal niet", "in geen geval", "w żadnym razie", "bynajmniej"),
    *("ни в коем случае", "конечно(?:,)? нет", "вовсе нет", "отнюдь", "kesinlikle hayır", "hiçbir şekilde", "asla"),
    *("绝对不", "当然不", "不行", "不可以", "絶対に(?:ダメ|いけません)", "とんでもない", "절대 안", "전혀 아"),
)
BUT_NOT_AT_ONCE = "(?: (?:necessarily|always|entirely|exactly|only|all|every|everyone|just|sure|clear|long|much|many))"
DENIED_ELSEWHERE = (  # judgements that need no word of the question
    *(
        "geht (?:das |es )?(?:leider )?nicht",
        "das geht nicht",
        "ist (?:das )?nicht (?:erlaubt|möglich|zulässig|gestattet)",
    ),
    *("ce n'est pas (?:possible|permis|autorisé|le cas)", "no es posible", "no está permitido", "non è possibile"),
    *("não é possível", "dat (?:kan|mag) niet", "это невозможно", "нельзя", "mümkün değil"),
)
OPPOSITES = (  # a sentence that says one of what the other was asked for denies it
    ("open", "closed"), ("safe", "dangerous"), ("safe", "unsafe"), ("prime", "composite"), ("odd", "even"),
    ("alive", "dead"), ("guilty", "innocent"), ("true", "false"), ("full", "empty"), ("legal", "illegal"),
    ("cheap", "expensive"), ("free", "chargeable"), ("possible", "impossible"), ("healthy", "unhealthy"),
    ("valid", "invalid"), ("faster", "slower"), ("bigger", "smaller"), ("larger", "smaller"), ("older", "younger"),
    ("before", "after"), ("above", "below"), ("within", "over"), ("enough", "short"), ("terminate", "forever"),
    ("offen", "geschlossen"), ("geöffnet", "geschlossen"), ("ouvert", "fermé"), ("ouverte", "fermée"),
    ("abierto", "cerrado"), ("abierta", "cerrada"), ("aperto", "chiuso"), ("aberto", "fechado"), ("open", "gesloten"),
    ("açık", "kapalı"), ("открыт", "закрыт"), ("legal", "verboten"), ("erlaubt", "verboten"), ("vivo", "muerto"),
)  # fmt: skip
PREFIXES = ("un", "in", "im", "il", "ir", "non", "non-", "dis")  # before a word of the question they deny it
