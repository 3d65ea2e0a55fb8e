"""The words by language of what stands in a reply beside its answer. `asides.py` leaves it out.

Each is a regular expression for text in lower case, in which a blank stands for any white space.
"""

from __future__ import annotations

_WOULD = r"(?:would|could|might|\w+'d|wouldn't|couldn't)\b"
_UNREAL = (
    r"(?:had (?:been|not|never|asked|said|read|there|meant|wanted|\w+ed)|hadn't|weren't|wasn't|were|instead"
    r"|said|asked (?:for|about)|read \"|any of them had|(?:you|one) asked)\b"
)

TRIGGERS_OF_ASIDES = (  # an English text without any of these has no aside; nor one without the next two
    *(
        "by the way",
        "incidentally",
        "btw",
        "side note",
        "bonus",
        "for reference",
        "contrast",
        "for comparison",
        "for context",
    ),
    *(
        "instead",
        "fun fact",
        "interestingly",
        "what it's worth",
        "completeness",
        "just for fun",
        "in case you",
        "should you ",
    ),
    *(
        "it's always",
        "it's also",
        "it is always",
        "it is also",
        "it's usually",
        "it's often",
        "it's still",
        "it's good",
    ),
    *("before that", "until then", "formerly", "previously", "in the past"),
    *("it's worth", "it's nice", "it is good", "it is worth", "might want", "may want", "confuse", "your information"),
)
WOULD = ("would", "could", "might", "'d ")
TRIGGERS_OF_COUNTERFACTUALS = (
    "if ",
    "unless",
    "without",
    "otherwise",
    " had ",
    "had ",
    "instead",
    "were ",
    "though",
    "however",
    "alone",
    "in that case",
    "with ",
)
TRIGGERS_OF_SUPPOSITIONS = (
    *(
        "glance",
        "sight",
        "to mind",
        "tempt",
        "guess",
        "mistake",
        "misconception",
        "trap",
        "on the face of it",
        "intuitively",
    ),
    *(
        "superficially",
        "you might",
        "you could",
        "one could",
        "one might",
        "one may",
        "you may",
        "people ",
        "some ",
        "many ",
    ),
    *(
        "would think",
        "would say",
        "would pick",
        "would expect",
        "would give",
        "would yield",
        "would suggest",
        "would mean",
        "most ",
        "we might",
        "'d think",
        "'d expect",
        "common ",
        "wrong answer",
    ),
)
TRIGGERS_OF_UNSURE = ("could ", "may ", "might ")
TRIGGERS_OF_MENTIONS = (" not ", "don't ", "rather than", "as opposed", "as distinct", ", who ")

SIDE_SECTIONS = (  # names of parts of a reply that are not its answer
    *("check", "checks", "checking", "double-check", "verification", "verify", "proof", "probe", "sanity"),
    *("note", "notes", "remark", "remarks", "comment", "comments", "caveat", "caveats", "disclaimer"),
    *("background", "context", "trivia", "fun fact", "source", "sources", "references", "further reading"),
    *("assumption", "assumptions", "limitations?", "confidence", "aside", "p\\.?s", "for comparison", "comparison"),
    *("alternative", "alternatives", "alternatively", "related", "bonus", "addendum", "fyi", "common mistakes?"),
    *("warning", "beispiel", "zum vergleich", "hinweis", "anmerkung", "bemerkung", "kontrolle", "remarque"),
    *("vérification", "nota", "comprobación", "verificación", "verifica", "verificação", "observação", "osservazione"),
    *("controle", "opmerking", "uwaga", "sprawdzenie", "проверка", "примечание", "замечание", "kontrol"),
    *("验算", "验证", "驗算", "驗證", "检验", "檢驗", "注", "备注", "備註", "注意", "検算", "補足", "검산", "참고"),
)
EXPLANATIONS = (  # names of parts that are beside an answer given before
    *(
        "explanation",
        "reasoning",
        "rationale",
        "justification",
        "why",
        "reasons?",
        "analysis",
        "erklärung",
        "begründung",
    ),
    *("explication", "explicación", "spiegazione", "explicação", "uitleg", "解释", "解析", "理由", "説明", "설명"),
)
ANSWER_HEADINGS = (
    "answer",
    "antwort",
    "réponse",
    "respuesta",
    "risposta",
    "resposta",
    "antwoord",
    "答案",
    "答え",
    "정답",
)
TRIGGERS_OF_SIDE_SECTIONS = (
    *("expla", "reason", "rationale", "justif", "why", "analys", "erklär", "begründ", "expli", "spiega", "uitleg"),
    *("解", "理由", "説明", "설명"),
    *(
        "check",
        "verif",
        "proof",
        "prob",
        "sanity",
        "note",
        "remark",
        "comment",
        "caveat",
        "disclaim",
        "tip",
        "background",
    ),
    *("context", "trivia", "fact", "source", "refer", "reading", "assum", "limit", "confid", "aside", "p.s", "ps:"),
    *("compari", "alternativ", "related", "bonus", "extra", "addendum", "fyi", "mistake", "warning", "beispiel"),
    *("vergleich", "hinweis", "anmerk", "bemerk", "kontrol", "remarque", "vérif", "nota", "comprob", "observa"),
    *("osserva", "controle", "opmerk", "uwaga", "sprawdz", "провер", "примеч", "замеч", "not:", "验", "驗", "檢驗"),
    *("检验", "注", "备注", "備註", "検算", "補足", "검산", "참고"),
)
NOT_SIDE_SECTIONS = (  # an answer is stated there, or taken back, or it is stated that there is none
    *(
        "not possible",
        "impossible",
        "no way",
        r"\bcan(?:not|'t)\b",
        r"\berror\b",
        "no solution",
        r"\bunknown\b",
        "not enough",
    ),
    *(
        r"\banswers?\b",
        r"\bwait\b",
        r"\bmistake\b",
        r"\bcorrect(?:ion|ed|ing)\b",
        r"\bactually\b",
        r"\bshould (?:be|have been)\b",
    ),
    *("boxed", "####", "答案", "antwort", "réponse", "respuesta", "risposta", "resposta", "ответ", "정답", "答え"),
)

COUNTERFACTUAL = (  # a sentence that states what would hold if things were otherwise
    rf"^(?:had|were) (?:there|it|the|this|that|he|she|they|we|you|i)\b[^?]*\b{_WOULD}",
    rf"^(?:even )?(?:if|unless)\b(?:[^?]|\?[\"'])*\b{_UNREAL}(?:[^?]|\?[\"'])*\b{_WOULD}",
    rf"^(?:even )?(?:if|unless)\b[^?]*\b{_WOULD}[^?]*\binstead\b",
    rf"^(?:without|otherwise|only (?:with|without|if)|with (?:\w+ ){{1,3}}instead)\b[^?]*\b{_WOULD}",
    rf"\b{_WOULD} (?:\w+ ){{0,2}}(?:be|have|get|cost|make|need|take|give)\b[^?]*\b(?:if|were|had)\b[^?]*\b{_UNREAL}",
    rf"\b{_WOULD} (?:\w+ ){{0,2}}(?:be|have|get|cost|make|need|take|give)\b[^?,;]*\b(?:without|otherwise)\b",
    rf"^(?:for|with|in|on|at|under) [^?]*\b(?:though|however|instead|alone|in that case)\b[^?]*\b{_WOULD}",
    rf"\b(?:answer|result|verdict|label) {_WOULD} [^?]*\b(?:if|unless|otherwise|in that case|had|were)\b",
    rf"^with (?:an?|the|more|less|fewer|only|another) (?!(?:given|above))[^?]*\b{_WOULD}",
    rf"^in that case\b[^?]*\b{_WOULD}",
    r"^(?:it|that|this) (?:would|could) (?:only )?(?:be|have been)\b[^?.]*\b(?:if|were)\b",
)
COUNTERFACTUAL_IN_OTHER_LANGUAGES = (
    r"\bwenn\b[^?]*\b(?:wäre|hätte|würde)",
    r"^ohne\b[^?]*\b(?:wäre|hätte|würde)",
    r"^(?:wäre|hätte|gäbe)n? [^?]*\b(?:wäre|hätte|würde)",
    r"\b(?:wäre|hätte|würde)n?\b[^?]*\b(?:wenn|ohne)\b",
    r"\b(?:si\b|s')[^?]*\b(?:était|avait|étaient|avaient)\b[^?]*\b(?:serait|aurait|seraient|auraient)\b",
    r"^sans\b[^?]*\b(?:serait|aurait)\b",
    r"\bsi\b[^?]*\b(?:fuera|hubiera|fueran|hubieran|tuviera)\b[^?]*\b(?:sería|habría|serían|tendría)",
    r"\bse\b[^?]*\b(?:fosse|avesse|fossero|avessero)\b[^?]*\b(?:sarebbe|avrebbe|sarebbero)\b",
    r"\bse\b[^?]*\b(?:fosse|tivesse|houvesse)\b[^?]*\b(?:seria|teria|haveria)\b",
    r"^als\b[^?]*\b(?:zou|zouden)\b",
    r"^zonder\b[^?]*\b(?:zou|zouden)\b",
    r"если бы\b",
    r"\bgdyby\b|\b(?:byłob[yi]|byłaby|byłby|byłyby)\b",
    r"^(?:für|bei|mit|pour|avec|para|con|per|dla|przy|voor|bij|для|с|у|при) [^?]{0,80}"
    r"\b(?:wäre|wären|serait|seraient|sería|serían|sarebbe|seria|zou|zouden|было бы|были бы)\b",
    r"^(?:如果|要是|假如|若)[^?？]*(?:就会|就會|就是|就变|就變|会是|會是|则会|則會|才是)",
    r"^もし",
    r"^만약",
)

EXTRA = (  # a sentence that adds what was not asked for
    r"^(?:before that|until then|formerly|previously|in the past)\b",
    r"^(?:by the way|incidentally|btw|for (?:reference|comparison|context|your information)|(?:as a )?side note)\b",
    r"^(?:as a bonus|bonus|fun fact|interestingly|for what it's worth|for completeness|just for fun)\b",
    r"^[^.]{0,40}\b(?:in case|should) you (?:also |ever )?"
    r"(?:need|want|wonder|were wondering|are (?:curious|interested))",
    r"^[^.(]{1,40}\([a-j]\)[^.]*\binstead\b",
    r"^[^.]{1,60}, (?:by the way|incidentally|btw),",
    r"^it(?:'s| is) (?:always|also|usually|often|still) (?:a )?(?:good|worth|nice|wise|helpful|best|smart)\b",
    r"^you (?:may|might) (?:also )?(?:want|like) to\b",
    r"\b(?:don't|do not|not to be|should not be|shouldn't be) confuse[dr]?\b",
)
EXTRA_IN_OTHER_LANGUAGES = (
    r"^(?:übrigens|nebenbei|zum vergleich)\b",
    r"^(?:au passage|soit dit en passant|à titre de comparaison|pour info)",
    r"^(?:por cierto|a título de comparación|per inciso|tra l'altro|a propósito|trouwens|overigens)\b",
    r"^(?:кстати|для сравнения|nawiasem mówiąc|顺便|順便|另外|ちなみに|참고로)",
)

CONTRASTS = (  # a sentence about another thing than the one asked about
    r"(?:,|^) ?(?:by|in) contrast\b",
)
CONTRASTS_IN_OTHER_LANGUAGES = (
    r"\b(?:dagegen|hingegen|demgegenüber)\b",
    r"^im (?:gegensatz|vergleich) ",
    r"\b(?:par contre|en revanche|à l'inverse)\b",
    r"\b(?:en cambio|por el contrario|a diferencia de)\b",
    r"\b(?:invece|al contrario)\b",
    r"\b(?:daarentegen|em contrapartida|natomiast)\b",
    r"相比之下|相反,",
)

TEMPTING = (  # a sentence with what someone might believe, before what is the case
    r"\b(?:answer|result|number|option) (?:that|which) (?:first )?(?:jumps|springs|comes|pops|leaps) to mind\b",
    r"^(?:at first (?:glance|sight)|on the face of it|intuitively|superficially)\b",
    r"^(?:\w+,? )?(?:one|you|some(?: people)?|many(?: people)?|we) (?:might|may|could|would) "
    r"(?:be tempted|pick|choose|think|say|guess|answer|expect|assume|suppose|believe|argue|go for|object|first)",
    r"^(?:many|some|most)(?: (?:people|students|authors|sources|(?:text|hand)?books|websites|lists))? (?:will |still )?"
    r"(?:think|believe|assume|say|suppose|give|claim|state|list|report|quote|pick|answer|choose|compute|calculate|multiply)\b",
    r"^(?:some|many|most) [a-z]+ (?:only |also )?(?:count|list|claim|say|think|recogni[sz]e|consider)\b",
    r"^[^,.;:?]{1,60} is what (?:many|most|some)(?: people| students)? (?:think|say|pick|choose|answer|guess|expect)\b",
    r"^[^;?]{1,80}\bwould (?:give|yield|suggest|mean)\b[^;?]*(?=, but\b)",
    r"^(?:it's|it is|it may be|it might be) tempting\b",
    r"^(?:a|the) (?:common|frequent|usual|typical|tempting) (?:mistake|error|misconception|guess|wrong|trap|answer)\b",
)
TEMPTING_IN_OTHER_LANGUAGES = (
    r"^(?:auf den ersten blick|man könnte)\b",
    r"^(?:à première vue|on pourrait)\b",
    r"^(?:a primera vista|a prima vista|à primeira vista|se podría pensar|op het eerste gezicht)\b",
    r"^(?:乍一看|乍看|有人可能)",
    r"^(?:雖然|虽然|儘管|尽管)?(?:很多|許多|许多|有些|有的|不少|大多數|大多数|一般)的?人(?:可能)?(?:都)?(?:會|会|都)?"
    r"(?:選|选|以為|以为|認為|认为|覺得|觉得|猜|說|说)",
)

GUESSES = (  # a sentence with a guess
    r"^(?:well,? )?(?:i'd|i would|i'll|i will|i can only|if i had to|we can only) (?:\w+ )?guess\b",
    r"\b(?:that's|this is|it's|but that is|which is) (?:just |only |merely )?(?:a|my) (?:wild |mere |pure )?guess\b",
)

UNSURE = (  # a sentence with what may be: no answer where an option or a label is asked for
    r"(?:^|, )(?:it|this|that|he|she|they|(?:the )?(?:option|answer|choice)|(?:option |answer )?\(?[a-j]\)?)"
    r"(?: could| may| might) "
    r"(?:well |also |possibly |perhaps )?(?:be|lean|fit|apply|refer|have been)\b(?! required)",
)
UNSURE_IN_OTHER_LANGUAGES = (
    r"\b(?:könnte|dürfte)n? [^.]{0,60}\bsein\b",
    r"\b(?:pourrait|podría|potrebbe|poderia) (?:être|ser|essere)\b",
)

NOT_THIS = (  # what follows in the same clause is mentioned only to be denied
    r"(?:,| -|,? and| und| et| y| e| en) not "
    r"(?!only|just|counting|including|because|surprisingly|to mention|necessarily)",
    r"[,;] (?:but |so )?(?:please )?(?:don't|do not) (?:mix|confuse|mistake) ",
    r",? (?:rather than|as opposed to|as distinct from) ",
)
NOT_THIS_IN_OTHER_LANGUAGES = (
    r"(?:,| und|, und) nicht (?!nur)",
    r"(?:,| et|, et) (?:non|pas) (?!seulement)(?:pas )?",
    r"(?:,| y|, y) no (?=\d|[a-z]\b|el |la |los |las |un )",
    r",? (?:plutôt que|au lieu d|en lugar de|en vez de|em vez de|invece di|statt|anstatt|anstelle von|in plaats van) ",
    r"(?:,| e|, e) (?:não|non) ",
    r"(?:,| en|, en) niet ",
    r", (?:а не|a nie|chứ không phải(?: là)?) ",
    r",?(?:而不是|而非|而不為|不是(?=\d+[^,。\n]{0,6},?而是))",
)
NOT_BEYOND = (  # the clause ends before one of these
    r"\b(?:but|sondern|sino|mais|ma|mas|maar|gives|makes|leaves|is|are|was|were|has|have|had|will|would|we|she|he|they)\b"
    r"|而是|但"
)

SOMEONE_ELSE = r", who (?:is|was|has|had|gets|got|only|still)\b[^,.;:!?\n]{1,60}(?=[,.;:!?\n]|$)"

IN_PARENTHESES = (  # what a parenthesis states that is no part of the answer
    rf"\b{_WOULD}",
    r"\b(?:don't|do not|not to be) confuse[dr]?\b",
    r"\b(?:wäre|würde|hätte|serait|aurait|sería|habría|sarebbe|avrebbe|seria|teria|zou)\b",
    r"если бы|如果",
)

REJECTED = (  # a heading with one of these stands above options that are not the answer, by language
    *("other", "others", "alternatives?", "remaining", "rest", "wrong", "incorrect", "not\\b", "n't\\b", "rul\\w+ out"),
    *("fall short", "eliminat\\w+", "distractors?", "andere\\w*", "übrige\\w*", "falsch\\w*", "nicht", "autres", "pas"),
    *("faux", "fausses?", "otr[ao]s", "demás", "incorrect[ao]s?", "altr[ie]", "sbagliat[ei]", "outr[ao]s", "overige"),
    *("fout\\w*", "pozostałe", "inne", "остальные", "другие", "неверн\\w+", "diğer", "其他", "其余", "错误", "他の"),
    *("誤り", "ほか", "나머지", "다른", "오답", "الأخرى", "باقي"),
)
OPENS_CLAUSES = (  # a clause begins there without a comma
    *(
        "while",
        "whereas",
        "although",
        "though",
        "because",
        "since",
        "unlike",
        "rather",
        "not",
        "and (?:was|is|were|are|has)",
    ),
    *(
        "which",
        "who",
        "when",
        "während",
        "obwohl",
        "weil",
        "alors",
        "tandis",
        "mientras",
        "aunque",
        "mentre",
        "terwijl",
    ),
)
CONTRASTING = (  # what is named beside one of these is set against what was asked for
    *("^\\W*while\\b", "\\bwhereas\\b", "^\\W*although\\b", "^\\W*though\\b", "^\\W*unlike\\b", "\\bby contrast\\b"),
    *(
        "\\bopposite\\b",
        "\\bin contrast\\b",
        "\\bmeanwhile\\b",
        "\\binstead\\b",
        "\\brather than\\b",
        "\\bconfus\\w+",
        "\\bcounterpart\\b",
    ),
    *(
        "\\bcependant\\b",
        "\\btandis\\b",
        "\\balors que\\b",
        "\\bquant à\\b",
        "\\bhingegen\\b",
        "\\bdagegen\\b",
        "\\bzwar\\b",
    ),
    *(
        "\\bwährend\\b",
        "\\bobwohl\\b",
        "\\bmientras\\b",
        "\\baunque\\b",
        "\\bmentre\\b",
        "\\binvece\\b",
        "\\bembora\\b",
    ),
    *("\\bterwijl\\b", "\\bhoewel\\b", "\\bв отличие\\b", "一方", "而"),
)
SUPPOSING = (  # what is named beside one of these is not said to be so
    *(
        "\\bwould\\b",
        "\\bcould\\b",
        "\\bmight\\b",
        "\\bmay\\b",
        "\\btempt\\w*",
        "\\bguess\\w*",
        "\\bthink\\b",
        "\\bif\\b",
    ),
    *("\\bpeople\\b", "\\btrap\\b", "\\bmistak\\w*", "\\bmisconception\\b", "\\bcommon\\b", "\\bor\\b", "\\bunless\\b"),
    *(
        "\\btippen\\b",
        "\\bviele\\b",
        "\\boder\\b",
        "\\bwäre\\b",
        "\\bwürde\\b",
        "\\bserait\\b",
        "\\bsería\\b",
        "\\bsarebbe\\b",
    ),
)
ONLY = (
    "only",
    "just",
    "nur",
    "seulement",
    "uniquement",
    "solo",
    "solamente",
    "soltanto",
    "apenas",
    "somente",
    "alleen",
    "только",
)
