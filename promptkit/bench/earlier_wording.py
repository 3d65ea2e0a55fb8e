"""Shipped templates of earlier promptkits that say what those of today say, for runs that kept hashes alone.

Front matter and blocks were added to these files, and no word was changed. A later change of their words makes the
entry void by itself: it holds for the one body whose hash it names.
"""

import hashlib

_SAME_WORDS = {  # by name: the hash of the earlier file, and of the body that makes the same messages
    "best_of_n/pick": ("80225b7bed45a497", "e7353b0ff32f9cf9"),
    "chain_of_thought/think": ("32326b92808c1cfd", "d0f67788a3888327"),
    "explicit_instructions/instructions": ("ddbc8f5b2fceddf7", "8ed8d35c57ebc0b1"),
    "structured/instruct": ("6d721645b689dbd8", "dbb5fcbf68c0300f"),
}


def says_the_same(name: str, digest: str, body: str) -> bool:
    """Whether the shipped template `name`, whose file once had this digest, made the messages that `body` makes."""
    words = hashlib.sha256(body.strip().encode()).hexdigest()[:16]
    return _SAME_WORDS.get(name) == (digest, words)
