"""What a model proposes as a wording, made fit to be a template, or refused with the reason. Nothing is sent."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from promptkit.optimizing.editable import has_words, tags_of

MOST = 6_000  # characters of a wording
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n.*?^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
_INPUT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Mended:
    """A proposed text.

    Attributes:
        text: fit to take the place of the original; empty when it is refused.
        notes: what was mended.
        reason: why it is refused; empty when it is not.
    """

    text: str = ""
    notes: tuple[str, ...] = ()
    reason: str = ""


def mended(proposed: str, original: str) -> Mended:
    """The proposal, with the inputs that `original` shows and no tag that it has not.

    Mended are fences and front matter around it, inputs in single braces or other brackets, and a lost input that
    stands on a line of its own at the beginning or the end of the original. Everything else is refused: a reply of a
    model becomes no template code.
    """
    text, notes = _unpacked(proposed)
    text, more = _braced(text, original)
    notes += more
    lost = Counter(tags_of(original)) - Counter(tags_of(text))
    for tag in list(lost):
        if _INPUT.fullmatch(tag) and _name(tag) not in {_name(other) for other in tags_of(text)}:
            text, note = _restored(text, original, tag)
            if not note:
                return Mended(reason=f"it lost {tag}")
            notes.append(note)
    if foreign := Counter(tags_of(text)) - Counter(tags_of(original)):
        doubled = [tag for tag in foreign if tag in tags_of(original)]
        fact = (
            f"it shows {doubled[0]} more often" if doubled else f"it has a tag of its own, {next(iter(foreign))[:60]}"
        )
        return Mended(reason=f"{fact} than the original" if doubled else fact)
    if gone := [tag for tag in Counter(tags_of(original)) - Counter(tags_of(text)) if tag.startswith("{{")]:
        return Mended(reason=f"it lost {gone[0]}")
    if not has_words(text):
        return Mended(reason="it has no words")
    if len(text) > MOST:
        return Mended(reason=f"it is {len(text):,} characters long, and at most {MOST:,} are taken")
    return Mended(text, tuple(notes))


def _unpacked(proposed: str) -> tuple[str, list[str]]:
    """Without a fence and front matter around it."""
    text, notes = proposed.strip(), list[str]()
    if found := _FENCE.fullmatch(text):
        text, notes = found[1].strip(), [*notes, "took it out of its fence"]
    if found := _FRONT_MATTER.match(text + "\n"):
        text, notes = text[found.end() :].strip(), [*notes, "left out its front matter"]
    return text, notes


def _braced(text: str, original: str) -> tuple[str, list[str]]:
    """With inputs that the original shows in `{{ … }}` where they stand in other brackets."""
    notes = list[str]()
    for name in sorted({_name(tag) for tag in tags_of(original)} - {""}):
        tag = f"{{{{ {name} }}}}"
        if name in {_name(other) for other in tags_of(text)}:
            continue
        changed = re.sub(rf"(?<!\{{)\{{\s*{name}\s*\}}(?!\}})|<{name}>|\[{name}\]", tag, text, count=1)
        if changed != text:
            text, notes = changed, [*notes, f"wrote {tag}"]
    return text, notes


def _restored(text: str, original: str, tag: str) -> tuple[str, str]:
    """With an input that it lost, where the original begins or ends with it; an empty note where that can't be."""
    lines = [" ".join(line.split()) for line in original.strip().split("\n")]
    if lines[0] == tag:
        return f"{tag}\n\n{text}", f"put {tag} back to its beginning"
    if lines[-1] == tag:
        return f"{text}\n\n{tag}", f"put {tag} back to its end"
    return text, ""


def _name(tag: str) -> str:
    """The input that a tag shows by itself; empty for any other tag."""
    found = _INPUT.fullmatch(tag)
    return found[1] if found else ""
