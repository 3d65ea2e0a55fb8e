"""Hashes of shipped templates of earlier promptkits that say what those of today say, for runs that kept hashes alone.

A file whose front matter or blocks were changed has another hash and the same words. Add the hash of the file before
such a change; not before one of its words.
"""

SAME_WORDS = {
    "best_of_n/pick": {"80225b7bed45a497"},
    "chain_of_thought/think": {"32326b92808c1cfd"},
    "explicit_instructions/instructions": {"ddbc8f5b2fceddf7"},
    "plan_then_solve/combine": {"0d146107175c501e"},
    "plan_then_solve/plan": {"976eac353b638a42"},
    "plan_then_solve/solve": {"d21f021466fecd05"},
    "self_reflection/critique": {"f9975246dc498191"},
    "structured/instruct": {"6d721645b689dbd8"},
}
