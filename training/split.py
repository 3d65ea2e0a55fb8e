# Which problems and which combinations of sentence forms are kept out of training.
"""The split is a function of the text alone: no list of test items has to be kept in step with the generator."""

import zlib

TEXT_SHARE = 16
FORM_SHARE = 8


def held_out_text(text: str) -> bool:
    """One text in sixteen is never trained on, in no task and no drill."""
    return zlib.crc32(text.encode()) % TEXT_SHARE == 0


def held_out_form(form: str) -> bool:
    """One combination of sentence forms in eight is never trained on, whatever names and numbers fill it."""
    return zlib.crc32(f"form {form}".encode()) % FORM_SHARE == 0
