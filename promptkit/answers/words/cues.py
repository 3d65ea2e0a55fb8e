"""The English words by which a reply shows what it does: it concludes, corrects itself, declines, closes.

Each is a regular expression in which a blank stands for any white space, matched in any case. Other languages are in
`languages.py`.
"""

from __future__ import annotations

CONCLUDES = (  # they open the sentence that a reply comes to
    *("so", "therefore", "thus", "hence", "in total", "in all", "altogether", "overall", "in conclusion", "finally"),
    *(
        "consequently",
        "as a result",
        "in summary",
        "to conclude",
        "this means",
        "that means",
        "which means",
        "in short",
    ),
    *(
        "accordingly",
        "ultimately",
        "conclusion",
        "(?:this|that) (?:leaves|gives|makes)",
        "we (?:can )?conclude",
        "final",
    ),
    *("adding (?:these|them|it) (?:all )?(?:up|together)", "in the end", "all in all", "to sum up", "the total"),
)

CORRECTS = (  # they open a sentence that takes something back
    *(
        "wait",
        "(?:so |but |and )?actually",
        "hold on",
        "correction",
        "scratch that",
        "on second thoughts?",
        "oops",
        "my (?:mistake|bad|error)",
    ),
    *(
        "i (?:made an?|see my|notice my|have made an?|realize my) (?:\\w+ ){0,2}(?:mistake|error|slip|typo)",
        "i mis\\w+",
    ),
    *(
        "i was wrong",
        "let me (?:correct|redo|fix|recalculate|reconsider|recount|recompute|re-?think|re-?evaluate|revise)",
    ),
    *(
        "(?:upon|on) (?:reflection|reconsideration)",
        "looking (?:at (?:this|it) )?again",
        "no, (?:that|it|wait|this|let me|sorry)",
        "no ?[—–]",
        "strike that",
    ),
    *(
        "(?:that|this)(?: is|'s| was) (?:not (?:right|correct)|wrong|incorrect)",
        "i need to correct",
        "i (?:should )?correct myself",
    ),
    *(
        "(?:i'm )?sorry, (?:that|it|the|i)",
        "(?:my )?apologies",
        "i apologi[sz]e",
        "correcting (?:that|this|myself)",
        "edit:",
        "revised",
        "i meant?",
        "h+m+",
        "on closer (?:look|inspection|examination)",
        "make that",
        "rather:",
        "update:",
    ),
    *(
        "but (?:wait|actually|hold on)",
        "(?:hmm|oh|ah|no),? (?:wait|actually|i|that|hold)",
        "(?:hmm|oh|ah),? no\\b",
        "ah, i",
        "however, (?:i made|i mis|(?:this|that) is (?:wrong|incorrect))",
    ),
)

CLOSES = (  # they open a last sentence that adds nothing to the answer
    *(
        "(?:please )?(?:just )?let me know",
        "(?:please )?feel (?:free|welcome)",
        "i hope",
        "hope (?:this|that|it)",
        "would you",
    ),
    *(
        "do you (?:want|need|have)",
        "(?:want|need|like) (?:me|to|a|an|some|the|more|help|any|another|\\d+ more)\\b[^.]*\\?",
    ),
    *(
        "is there (?:anything|something)",
        "(?:i'm |i am |i'd be |i would be )?(?:happy|glad) to",
        "i can also",
        "i could also",
    ),
    *(
        "if (?:you|there)(?:'d| would)? (?:need|like|want|wish|have|prefer|are)\\b[^.]* (?:let me|ask|i "
        "can|i'll|i'd|feel free)\\b",
    ),
    *(
        "if you (?:need|want|have) (?:any|more|further|additional|other|questions|help)",
        "(?:shall|should|may|can) i\\b[^.]*\\?",
    ),
    *(
        "thank you",
        "thanks(?: for|!|\\.|$)",
        "good luck",
        "enjoy\\b",
        "have a (?:great|good|nice|lovely|wonderful)",
        "(?:please|just) ask",
    ),
    *(
        "(?:any|other|more) (?:other )?questions",
        "(?:please )?(?:don't|do not) hesitate",
        "(?:great|good) question",
        "interested in\\b",
    ),
    *(
        "anything else",
        "does (?:that|this) (?:help|make sense)",
        "keep up",
        "you're welcome",
        "always happy",
        "what (?:else|other)",
        "(?:i'm |i am )?sorry (?:if|for|about|that it took)",
        "apologies (?:if|for)",
    ),
    "if you (?:like|wish|want|prefer|need),",
)

CHECKS = (  # they open a sentence that only checks or adds to an answer already given
    *(
        "check(?:ing)?\\b",
        "double-check",
        "verif(?:ication|ying)",
        "to (?:verify|check|confirm|double-check)",
        "as a check",
        "plugging (?:\\w+ )?(?:back )?in",
        "note\\b",
    ),
    *(
        "let me (?:verify|check|double-check)",
        "let's (?:verify|check)",
        "(?:you|we) can (?:check|verify)",
        "proof\\b",
        "remember\\b",
    ),
    *(
        r"(?:plugging|substituting|putting|inserting) [^.]{0,24}\bback\b",
        "sanity check",
        "quick check",
        "counter-?check",
    ),
    *("fun fact", "p\\.?s\\b", "keep in mind"),
    *("(?:zur |als )?(?:gegen)?(?:probe|kontrolle|prüfung)\\b", "(?:wir |ich )?(?:über)?prüfen? "),
    *(
        "(?:on |nous |je )?vérifi(?:ons|e|cation)",
        "(?:vamos a )?comprob(?:emos|amos|ando|ación|ar)",
        "verifi(?:chiamo|cando)",
    ),
    *(
        "(?:vamos )?verifi(?:quemos|camos|car|cação|cación)",
        "conferindo",
        "controlliamo",
        "(?:ter )?controle",
        "controleer",
    ),
    *(
        "sprawd(?:źmy|zamy|zenie)",
        "провер(?:им|яем|ка|ить)",
        "验算",
        "验证",
        "驗算",
        "驗證",
        "检验",
        "檢驗",
        "検算",
        "確認",
    ),
    *("確かめ", "검산", "확인", "kontrol ed", "sağlama", "kiểm tra", "thử lại", "للتحقق", "जाँच", "जांच"),
)

DEPENDS = (  # a reply that opens with one of these offers several answers, by language
    *(
        "\\bdepends?\\b",
        "hängt (?:ganz )?(?:davon|von|vom)",
        "kommt (?:ganz )?(?:darauf|drauf) an",
        "ça dépend",
        "cela dépend",
    ),
    *(
        "dépend d",
        "\\bdepende\\b",
        "\\bdipende\\b",
        "hangt (?:er)?van",
        "hangt af",
        "zależy",
        "зависит",
        "取决于",
        "取決於",
    ),
    *("によ(?:り|って)", "에 따라", "bağlı", "tùy"),
)

RESTATES = (  # they open a sentence or clause that says a number again in another way, by language
    *(
        "(?:that|this|which|it)(?:'s| is) (?:the same as|equivalent to|equal to)",
        "(?:that|this|which|it)(?:'s| is) (?:about|roughly|around|approximately|nearly)",
        "in other words",
        "i\\.e\\.",
    ),
    *("equivalently", "that is,", "(?:that|this|it) (?:corresponds|is equivalent) to", "das (?:entspricht|sind|heißt)"),
    *(
        "anders gesagt",
        "also etwa",
        "(?:cela|ce qui|ça) (?:correspond|équivaut)",
        "soit ",
        "c'est-à-dire",
        "autrement dit",
    ),
    *(
        "es decir",
        "(?:eso|esto|lo que|lo cual) (?:equivale|corresponde)",
        "o sea",
        "cioè",
        "ovvero",
        "(?:ciò|questo) (?:equivale|corrisponde)",
    ),
    *(
        "ou seja",
        "isto é",
        "(?:isso|o que) (?:equivale|corresponde)",
        "dat is",
        "oftewel",
        "ofwel",
        "dat komt overeen",
        "czyli",
        "to jest",
    ),
    *(
        "то есть",
        "это (?:равно|соответствует)",
        "即",
        "也就是",
        "相当于",
        "相當於",
        "つまり",
        "すなわち",
        "즉",
        "yani",
        "tức là",
    ),
)

ADVISES = (
    "allow",
    "make (?:it|that) (?:about |around )?[$€£]?\\d[\\d.,]*",
    "add (?!(?:them|these|those|both|up|it all|the two)\\b)",
    "try",
    "make sure",
    "don't forget",
    "be sure",
    "you (?:may|might|can|could|should)",
    "keep",
)
RATES_AFTER = ("per", "par", "pro", "por", "each", "apiece", "a piece", "every")
RATES_BEFORE = (
    "an? average of",
    "averag(?:es?|ing)",
    "on average,?",
    "im schnitt",
    "en moyenne,?",
    "in media",
    "平均",
    "平均每.{1,3}",
    "每.{1,3}",
)

ADDS = (  # they open a sentence that only sets the number before it beside another one
    r"(?:that|this|it|which)(?:'s| is| was| means| makes it| works out to| comes to| equals| amounts to) [^.]{0,40}"
    r"(?:more|less|fewer|higher|lower|larger|smaller|times|% of|percent of|per|each|a (?:day|week|month|year|piece))\b",
    r"(?:the (?:other|remaining|rest)|another)\b",
    r"(?:on the other hand|by comparison|for comparison|meanwhile|in comparison)\b",
    r"(?:compared|relative|in contrast) (?:to|with)\b",
)

REFUSES = (  # a reply with one of these, and no conclusion after it, gives no answer
    *(
        "(?:can ?not|can't|could not|couldn't|unable to|(?:not|n't) able to|impossible to|(?:not|n't) "
        "possible to|no way to) (?:be )?(?:\\w+ly )?"
        "(?:determin|answer|know|say|tell|comput|calculat|identif|infer|establish|confirm|solv|provide"
        "|find|give|decid|judge|verif|predict|guess)\\w*",
    ),
    *(
        "(?:not|n't|without|lacks?) (?:\\w+ ){0,2}enough (?:\\w+ )?(?:information|data|context|details?)",
        "insufficient (?:information|data|context|details?)",
    ),
    *(
        "(?:does not|doesn't|do not|don't) (?:state|say|mention|specify|give|tell|allow|provide|include)\\b",
        "would be a guess",
        "(?:i'd|i would|we'd|we would) need (?:your|to know|to see|more (?:information|details|context))",
        "hard to say",
    ),
    *(
        "(?:is|are|was|were|remains?)(?:n't| not) (?:given|stated|specified|mentioned|provided|known)\\b",
        "(?:is|are|was|were|remains?) (?:unknown|unspecified)\\b",
    ),
    *(
        "(?:there is|there's|has|gives|with|provides?) no (?:such )?"
        "(?:figure|number|information|data|mention|value|entry"
        "|date|record|indication|answer)s?\\b",
        "(?:does not|doesn't|do not|don't) (?:appear|reveal|indicate|report|contain|list|cover)\\b",
        "more information is (?:needed|required)",
        "(?:i|we) (?:do not|don't) (?:know|have)\\b(?! to\\b)",
        "no (?:definite|definitive|clear) answer",
    ),
)

EXPLAINS = (  # they open a sentence that gives reasons for an answer already given
    *(
        "because",
        "since",
        "(?:this|that|it)(?: is|'s| was) because",
        "explanation",
        "reason(?:ing|s)?\\b",
        "note\\b",
        "for example",
    ),
    *(
        "to (?:verify|check|confirm|see why|explain)",
        "(?:check|verification|proof|why|steps?|details?|working|context)\\b",
        "here's (?:why|how)",
    ),
    *(
        "here is (?:why|how)",
        "let me (?:verify|check|explain)",
        "let's (?:verify|check|break)",
        "you can (?:check|verify)",
        "we can (?:check|verify)",
    ),
    *(
        "the other",
        "the rest",
        "as a check",
        "remember",
        "keep in mind",
        "p\\.?s\\b",
        "(?:the )?(?:calculation|conversion|formula|method)s?(?: \\w+){0,2} ?:",
        "fun fact",
        "source",
        "disclaimer",
    ),
)

JOINS = (
    "and",
    "but",
    "while",
    "whereas",
    "und",
    "aber",
    "doch",
    "et",
    "mais",
    "y",
    "pero",
    "e",
    "ma",
    "mas",
    "en",
    "maar",
    "а",
    "но",
    "i",
)

UNREAL = (  # what would be, by language
    r"\b(?:would(?! (?:need|take|have to))|could|might)\b|(?<!\bi)'d\b(?! (?:need|take|have to))"
    r"|\bi'd (?:get|add|take|buy|plan|allow|recommend|suggest|use)\b"
    r"|\b(?:wäre|würde|hätte|käme|bräuchte|könnte|müsste)n?\b|\bzou(?:den)?\b|\bбы\b|なら|れば|たら|その場合|[가-힣]면\s"
    r"|\b\w{2,}(?:erai(?:t|ent)|rait|raient|ría[ns]?|ríamos|ria[m]?|rebbe(?:ro)?)\b"
)

SUPPOSES = (  # they open a sentence about what is not so, by language
    *(
        "if ",
        "suppose ",
        "should (?:he|she|it|they|you|we) ",
        "falls ",
        "wenn ",
        "sollte ",
        "als ",
        "si ",
        "s'il",
        "se ",
    ),
    *(
        "caso ",
        "если ",
        "jeśli ",
        "gdyby ",
        "eğer ",
        "nếu ",
        "如果",
        "要是",
        "假如",
        "若",
        "もし",
        "만약",
        "अगर ",
        "यदि ",
        "إذا ",
        "لو ",
        "ถ้า",
        "หาก",
    ),
)

CHOOSES = (  # the option that follows one of these is chosen, by language
    *(
        "(?:i'd|i would|i'll|i will|i|let's|we) (?:go with|pick|choose|take|say|opt for|settle on|vote for)",
        "(?:my|our) (?:choice|pick|vote)(?: is)?",
    ),
    *(
        "ich (?:nehme|wähle|entscheide mich für|tippe auf)",
        "je (?:choisis|prends|retiens|dirais)",
        "me quedo con",
        "elijo",
        "elegiría",
    ),
    *("scelgo", "sceglierei", "escolho", "fico com", "ik kies(?: voor)?", "wybieram", "выбираю", "我选", "我選"),
)

EXAMPLES = (
    "for example",
    "for instance",
    "e\\.g\\.",
    "think of",
    "imagine",
    "consider",
    "picture",
    "take (?:a|the)",
    "say,",
)

REASONS = (  # they open a clause whose numbers are not the result
    *(
        "because",
        "since",
        "as",
        "given",
        "considering",
        "due to",
        "where",
        "when",
        "while",
        "whereas",
        "although",
        "though",
    ),
    *(
        "if",
        "assuming",
        "unless",
        "instead of",
        "rather than",
        "compared (?:to|with)",
        "unlike",
        "not counting",
        "having",
        "(?:up|down) from",
        "excluding",
    ),
    *(
        "e\\.g\\.",
        "for example",
        "based on",
        "out of",
        "even though",
        "even if",
        "so that",
        "by \\w+ing",
    ),
    *(
        "provided",
        "as long as",
        "once",
        "(?:up|down) from",
        "against",
        "versus",
        "vs\\.?",
        "in contrast to",
        "seeing that",
    ),
    *("as opposed to", "beginning with", "starting (?:with|from)", "relative to", "down on", "up on", "a rise from"),
    *("whose", "which (?:has|have|had|was|were|is already)", "that (?:has|have|had)", "following", "in addition to"),
    *(
        "including",
        "of which",
        "besides",
        "apart from",
        "aside from",
        "except(?: for)?",
        "minus the",
        "on top of",
        "even without",
        "namely not",
    ),
)

RESULT_VERBS = (  # the number that follows one of these is a result more likely than another
    *(
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "equals?(?: to)?",
        "makes?",
        "made",
        "gets?",
        "got",
        "has",
        "have",
        "had",
    ),
    *(
        "needs?",
        "needed",
        "costs?",
        "paid",
        "pays?",
        "spen[td]s?",
        "saves?",
        "saved",
        "earns?",
        "earned",
        "gives?",
        "gave",
    ),
    *(
        "leaves?",
        "left with",
        "becomes?",
        "remains?",
        "takes?",
        "took",
        "total(?:s|ed|ing)?(?: of)?",
        "(?:sum|result) of",
        "ends? up with",
    ),
    *(
        "results? in",
        "resulting in",
        "comes? to",
        "amounts? to",
        "adds? up to",
        "yields?",
        "produces?",
        "contains?",
        "holds?",
    ),
    *(
        "owes?",
        "charges?",
        "weighs?",
        "sells?",
        "sold",
        "buys?",
        "bought",
        "receives?",
        "received",
        "collects?",
        "collected",
    ),
    *(
        "won",
        "wins?",
        "scored?s?",
        "eats?",
        "ate",
        "uses?",
        "used",
        "requires?",
        "required",
        "gains?",
        "los[te]s?",
        "reach(?:es|ed)?",
    ),
    *(
        "average of",
        "value of",
        "profit of",
        "difference of",
        "remaining",
        "obtain",
        "find",
        "leaving",
        "giving",
        "making",
    ),
    *(
        "means?",
        "baked",
        "walked",
        "ran",
        "reads?",
        "covers?",
        "sum to",
        "reduced to",
        "increased? to",
        "increased to",
        "return",
    ),
    *(
        "finish(?:es|ed)? (?:in|at)",
        "measures?",
        "average[sd]?",
        "contribute[sd]?",
        "traveled",
        "travels?",
        "drove",
        "now",
    ),
    *(
        "brings? (?:him|her|it|them|us|you|this|that) to",
        "brings? to",
        "comes? out (?:at|to)",
        "leads? to",
        "down to",
        "up to",
    ),
)

CONCLUDED_BY = (  # the number that follows one of these is what a computation comes to
    *("makes?", "gives?", "leaves?", "leaving", "giving", "making", "that's", "yields?", "comes? to", "amounts? to"),
    *("totals?", "totall?ing", "adds? up to", "sums? to", "which is", "results? in", "brings? (?:it|that|this) to"),
    *(
        "ergibt",
        "ergeben",
        "macht",
        "bleiben",
        "bleibt",
        "donne",
        "fait",
        "reste",
        "da",
        "dan",
        "son",
        "queda",
        "quedan",
    ),
    *("fanno", "restano", "sobram", "restam", "geeft", "daje", "zostaje"),
)
ASIDES = (  # the number that follows one of these is circumstance more likely than result
    *(
        "for",
        "by",
        "of",
        "in",
        "from",
        "with",
        "per",
        "at",
        "within",
        "every",
        "each",
        "to",
        "on",
        "over",
        "during",
        "into",
    ),
    *("among", "between", "than", "after", "all", "the", "those", "these", "both", "other", "last", "first", "next"),
    *("through", "using", "before", "until", "every", "his", "her", "their", "its", "these", "around", "across"),
)

LABELS = (
    "step",
    "question",
    "part",
    "figure",
    "table",
    "equation",
    "section",
    "page",
    "line",
    "option",
    "method",
    "example",
)

APPROXIMATELY = (
    *(
        "about",
        "approximately",
        "approx\\.?",
        "exactly",
        "only",
        "just",
        "around",
        "roughly",
        "nearly",
        "almost",
        "now",
    ),
    *(
        "still",
        "a total of",
        "equal to",
        "precisely",
        "simply",
        "therefore",
        "thus",
        "at (?:least|most)",
        "an? average of",
    ),
    *(
        "indeed",
        "to be",
        "then",
        "also",
        "likely",
        "probably",
        "up to",
        "an additional",
        "another",
        "no more than",
        "a",
    ),
    *("all", "both", "some", "the", "altogether", "in total", "currently", "actually", "finally", "the number"),
)

IT_IS = ("it's", "that's", "there's", "here's", "he's", "she's", "answer's", "total's")
OBJECTS = ("him", "her", "them", "us", "me", "you", "back", "away", "off", "each", "it")
MODALS = frozenset(("will", "would", "can", "could", "should", "must", "may"))

UNENDING = (  # no sentence ends with one of these
    *("gives", "is", "are", "was", "were", "equals", "makes", "leaves", "has", "the", "an?", "of", "and", "or", "with"),
    *("to", "for", "as", "would", "should", "must", "have", "when", "while", "although", "whose", "about"),
    *("by", "from", "which", "because", "minus", "plus", "times", "her", "his", "their", "our", "if", "then", "than"),
    *("ist", "sind", "der", "die", "das", "und", "est", "sont", "les", "et", "es", "son", "los", "y", "della", "een"),
)

FORMER = (  # before an announcement they show that it is not, or no longer, meant
    *(
        "at first",
        "first thought",
        "initially",
        "originally",
        "incorrectly",
        "mistakenly",
        "wrongly",
        "i thought",
        "previously",
    ),
    *(
        "earlier",
        "my first",
        "used to think",
        "tempting",
        "might think",
        "may think",
        "would think",
    ),
)

ALTOGETHER = (  # what follows a total
    *("in total", "in all", "altogether", "all together", "all told", "overall", "insgesamt", "zusammen", "au total"),
    *("en tout", "en total", "in totale", "in tutto", "no total", "ao todo", "in totaal", "łącznie", "всего"),
)

TOTALLED = (  # stand between "in total" and the number
    *("that's", "that", "this", "it", "is", "are", "was", "makes?", "comes? to", "we", "you", "they", "have", "get"),
    *("sind", "das", "ist", "macht", "ergibt", "waren", "es", "fait", "font", "cela", "ça", "son", "hay", "sono", "fa"),
    *("são", "dá", "is dat", "dat", "zijn", "to", "jest", "это", "будет"),
)

COMPARES = (  # "20 m shorter than": a difference, unless that is asked for
    *(
        "more",
        "less",
        "fewer",
        "shorter",
        "longer",
        "taller",
        "higher",
        "lower",
        "older",
        "younger",
        "cheaper",
        "larger",
        "smaller",
    ),
    *("bigger", "greater", "heavier", "lighter", "faster", "slower", "further", "farther", "times", "above", "below"),
)

TAKES_BACK = (  # opens a sentence after which what was said before it is no conclusion
    *(
        "however",
        "that said",
        "nevertheless",
        "nonetheless",
        "even so",
        "allerdings",
        "jedoch",
        "cependant",
        "toutefois",
    ),
    *(
        "sin embargo",
        "no obstante",
        "no entanto",
        "contudo",
        "tuttavia",
        "echter",
        "jednak",
        "ancak",
        "однако",
        "tuy nhiên",
    ),
)
