"""Scripts whose words touch, so that a character is what a word is elsewhere."""

from __future__ import annotations

# Thai, Japanese, Chinese and Korean, as a class of a regular expression between brackets
WIDE = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
