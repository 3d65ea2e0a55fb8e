"""Front matter: the YAML between two lines of `---` at the top of a template. It is read or an error, never ignored."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from promptkit.did_you_mean import did_you_mean
from promptkit.types import Role, Value
from promptkit.wording.faults import Fault
from promptkit.wording.inputs import Input
from promptkit.yaml_text import YamlError, key_lines, parse_yaml

_RULE = re.compile(r"[ \t]*---[ \t]*")
_NEARLY_A_RULE = re.compile(r"[ \t]*(?:-{2}|-{4,}|[\u2010-\u2015]+-*|-[\u2010-\u2015]+)[ \t]*")
_COMMENT = re.compile(r"\A(?:\s|\{#.*?#\})*", re.DOTALL)
_UNQUOTED = ("found character", "mapping values", "could not find expected", "flow mapping", "flow sequence")
_LINE = re.compile(r"line (\d+): ")
_BODY_RULE = "a message that begins with a line of --- stands below an empty front matter, ---\\n---"


def _listed(written: object) -> object:
    return [written] if isinstance(written, str) else [] if written is None else written


def _empty(written: object) -> object:
    return {} if written is None else written


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class TemplateTest(Value):
    """One thing that a template promises about the messages it makes.

    Attributes:
        name: what it shows, in a few words.
        given: values of inputs; the others are given their samples.
        has: texts that stand in the messages, all of them.
        lacks: texts of which none does.
        roles: the roles of the messages, in order.
        at_most: how many tokens all messages have together, at most.
    """

    name: str = ""
    given: Annotated[Mapping[str, Any], BeforeValidator(_empty)] = Field(default_factory=dict)
    has: Texts = ()
    lacks: Texts = ()
    roles: tuple[Role, ...] | None = None
    at_most: Annotated[int, Field(gt=0)] | None = None


class Header(Value):
    """The front matter of a template."""

    description: str = ""
    language: str = "en"
    version: int = 1
    source: str = ""
    inputs: Annotated[Mapping[str, Input], BeforeValidator(_empty)] = Field(default_factory=dict)
    reads: Texts = ()
    tests: Annotated[tuple[TemplateTest, ...], BeforeValidator(_listed)] = ()


KEYS = tuple(Header.model_fields)
_STARTS = re.compile(rf"(?:{'|'.join(KEYS)})[ \t]*:")


class Parsed(Value):
    """A template's text in its two parts.

    Attributes:
        header: what the front matter declares; its lines by the path of keys, such as `("inputs", "question")`.
        body: the text below it, behind as many empty lines as there are above: its line numbers are the file's.
    """

    header: Header
    lines: Mapping[tuple[str | int, ...], int]
    body: str

    def line(self, *place: str | int) -> int | None:
        """The line of the key at `place`, or of the nearest one around it."""
        return next((self.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self.lines), None)


@functools.lru_cache(maxsize=512)
def parsed(name: str, text: str, file: Path) -> Parsed:
    """The front matter and the body of the template `name`, whose `file` has this text.

    Raises:
        TemplateError: what should be front matter can't be read, or declares what there is not.
    """
    fault = functools.partial(Fault, name, file=file)
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return Parsed(header=Header(), lines={}, body=text)
    if not _RULE.fullmatch(lines[first]):
        _refuse_unread(fault, text, lines, first)
        return Parsed(header=Header(), lines={}, body=text)
    last = next((n for n in range(first + 1, len(lines)) if _RULE.fullmatch(lines[n])), None)
    if last is None:
        way_out = f"end it with a line of ---; {_BODY_RULE}"
        raise fault("its front matter has no end", line=first + 1, way_out=way_out).error()
    yaml = "\n" * (first + 1) + "\n".join(lines[first + 1 : last]) + "\n"
    header, places = _read(fault, yaml)
    return Parsed(header=header, lines=places, body="\n" * (last + 1) + "\n".join(lines[last + 1 :]))


def _refuse_unread(fault: Any, text: str, lines: list[str], first: int) -> None:  # noqa: ANN401 - makes a `Fault`
    """Refuse front matter that would be sent as text, or left out as a comment's neighbour."""
    after = next((line.strip() for line in lines[first + 1 :] if line.strip()), "")
    if _NEARLY_A_RULE.fullmatch(lines[first]) and _STARTS.match(after):
        fact = f"its front matter begins with {lines[first].strip()!r}"
        raise fault(fact, line=first + 1, way_out="begin it with three dashes, ---").error()
    if _STARTS.match(lines[first].strip()) and any(_RULE.fullmatch(line) for line in lines[first + 1 :]):
        fact = "its front matter lacks its first line"
        raise fault(fact, line=first + 1, way_out="begin it with a line of ---").error()
    start = text.count("\n", 0, _COMMENT.match(text).end())  # type: ignore[union-attr]  # it may match nothing
    below = [line.strip() for line in lines[start : start + 2]]
    if start > first and below[0] == "---" and _STARTS.match(below[-1]):
        way_out = "begin the file with it; YAML has comments of its own, # …"
        raise fault("its front matter stands below a comment", line=start + 1, way_out=way_out).error()


def _read(fault: Any, yaml: str) -> tuple[Header, dict[tuple[str | int, ...], int]]:  # noqa: ANN401 - makes a `Fault`
    wrong = "its front matter is wrong: "
    try:
        value, places = parse_yaml(yaml), key_lines(yaml)
        header = Header.model_validate({} if value is None else value)
    except YamlError as error:
        found = _LINE.match(str(error))
        fact, way_out = str(error).removeprefix(found[0] if found else ""), "write YAML, a `key: value` a line"
        if any(part in fact for part in _UNQUOTED):
            way_out = 'a text with a colon, a brace or a question mark stands in quotes, "…"'
        raise fault(wrong + fact, line=int(found[1]) if found else None, way_out=way_out).error() from None
    except ValidationError as error:
        place, fact, way_out = _problem(error)
        line = next((places[place[:n]] for n in range(len(place), 0, -1) if place[:n] in places), None)
        raise fault(wrong + fact, line=line, way_out=way_out).error() from None
    for place, fact, way_out in _undeclared(header):
        line = next((places[place[:n]] for n in range(len(place), 0, -1) if place[:n] in places), None)
        raise fault(wrong + fact, line=line, way_out=way_out).error()
    return header, places


def _problem(error: ValidationError) -> tuple[tuple[str | int, ...], str, str]:
    """Where the first problem is, what it is, and the way out."""
    first = error.errors(include_url=False)[0]
    place = tuple(part for part in first["loc"] if part != "[key]")
    shown = ".".join(map(str, place)) or "it"
    if first["type"] == "extra_forbidden":
        owner, key = _owner(place[:-1]), str(place[-1])
        return place, f"there is no key {shown!r}", did_you_mean(key, owner)
    if first["type"] == "value_error":
        fact, _, way_out = str(first["ctx"]["error"]).partition("; ")
        return place, f"{shown}: {fact}", way_out
    way_out = "docs/templates.md shows the form"
    if first["type"].startswith(("string", "mapping", "dict", "model_type")) and first["input"] is not None:
        way_out = (
            'a text stands in quotes, "…"' if first["type"].startswith("string") else "write a mapping, key: value"
        )
    return place, f"{shown} is {first['input']!r:.60}: {first['msg'].replace('Input', 'it', 1)}", way_out


def _owner(place: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that may stand at `place`."""
    if not place:
        return KEYS
    return tuple((Input if place[0] == "inputs" else TemplateTest).model_fields)


def _undeclared(header: Header) -> Any:  # noqa: ANN401 - an iterator of (place, fact, way out)
    """What the parts of a header don't agree on."""
    for name, declared in header.inputs.items():
        if not name.isidentifier():
            yield ("inputs", name), f"inputs.{name}: no variable can be called so", "use letters, digits and _"
        for found in declared.faults():
            fact, _, more = str(found).partition("; ")
            key = next(part for part in found.where if part in ("sample", "default"))
            way_out = more or ('a text stands in quotes, "…"' if "should be a text" in fact else f"correct the {key}")
            yield ("inputs", name, *found.where), f"inputs.{name}.{'.'.join(map(str, found.where))} {fact}", way_out


def unread(reads: Iterable[str], text: str) -> list[str]:
    """What of `reads` nothing in a text asks for; the alternatives of one stand between `|`, in any case."""
    lower = text.lower()
    return [wanted for wanted in reads if not any(one.strip().lower() in lower for one in wanted.split("|"))]
