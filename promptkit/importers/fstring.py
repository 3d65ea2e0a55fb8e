"""LangChain's f-string templates: a text with `{name}`, and prompts as LangChain saves them."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.importers.made import ROLES, Imported, Turn, literal, made
from promptkit.text_files import read_text

_MESSAGES = {"SystemMessage": "system", "HumanMessage": "user", "AIMessage": "assistant"}
_KEPT = frozenset({"_type", "template", "template_path", "template_format", "input_variables", "name"})
_QUIET = frozenset({"validate_template", "input_types", "optional_variables"})  # say nothing that is not in the text


def from_text(text: str, origin: str) -> Imported:
    """An f-string template as one user message.

    Raises:
        UsageError: it is not an f-string template, or has a field that is not a plain name.
    """
    return made([Turn("user", jinja(text, origin))], origin=origin)


def from_saved(saved: Mapping[str, Any], origin: str, folder: Path) -> Imported:
    """A prompt as LangChain saves it: `_type: prompt`, or a chat prompt of its serialisation (`lc`).

    Raises:
        UsageError: another kind of prompt, or one that holds what a template can't.
    """
    if "lc" in saved:
        return _chat(saved, origin)
    kind = saved.get("_type", "prompt")
    if kind != "prompt":
        raise UsageError(
            f"{origin} is a LangChain prompt of type {kind!r}; only `prompt` and saved chats are carried over"
        )
    left_out = []
    text = _template(saved, origin, folder)
    for name, value in (saved.get("partial_variables") or {}).items():
        left_out.append(f"partial variable {name!r} = {value!r:.60}: give it as a `default` in `inputs`")
    known = _KEPT | _QUIET | {"partial_variables"}
    left_out += [f"{key}: {value!r:.60}" for key, value in saved.items() if key not in known and value]
    turn = Turn("user", _in_jinja(text, str(saved.get("template_format", "f-string")), origin))
    return made([turn], origin=origin, name=str(saved.get("name") or ""), left_out=left_out)


def _template(saved: Mapping[str, Any], origin: str, folder: Path) -> str:
    if isinstance(saved.get("template"), str):
        return str(saved["template"])
    path = saved.get("template_path")
    if not isinstance(path, str):
        raise UsageError(f"{origin} has neither `template` nor `template_path`")
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{origin}: template_path {path!r} leads out of its folder; copy the file beside it")
    return read_text(file)


def _chat(saved: Mapping[str, Any], origin: str) -> Imported:
    arguments = saved.get("kwargs")
    messages = arguments.get("messages") if isinstance(arguments, Mapping) else None
    if not isinstance(messages, list):
        raise UsageError(f"{origin} is not a chat prompt: it has no kwargs.messages")
    turns = [_turn(one, number, origin) for number, one in enumerate(messages, start=1)]
    assert isinstance(arguments, Mapping)  # noqa: S101 - or there would be no messages
    left_out = [
        f"partial variable {name!r}: give it as a `default` in `inputs`"
        for name in arguments.get("partial_variables") or {}
    ]
    return made(turns, origin=origin, left_out=left_out)


def _turn(message: object, number: int, origin: str) -> Turn:
    place = f"{origin}, message {number}"
    if not isinstance(message, Mapping):
        raise UsageError(f"{place} is not a message")
    kind = str((message.get("id") or ["?"])[-1])
    arguments = message.get("kwargs") or {}
    role = next((role for begin, role in _MESSAGES.items() if kind.startswith(begin)), None)
    if role is None:
        raise UsageError(f"{place} is a {kind}, which a template can't hold; write it as a loop with role tags")
    if isinstance(arguments.get("content"), str):  # a message that is no template
        return Turn(ROLES[role], literal(arguments["content"]))
    inner = (arguments.get("prompt") or {}).get("kwargs") if isinstance(arguments.get("prompt"), Mapping) else None
    if not (isinstance(inner, Mapping) and isinstance(inner.get("template"), str)):
        raise UsageError(f"{place} has no text; pictures and lists of parts are not carried over")
    text = _in_jinja(inner["template"], str(inner.get("template_format", "f-string")), place)
    return Turn(ROLES[role], text)


def _in_jinja(text: str, kind: str, origin: str) -> str:
    if kind == "jinja2":
        return text
    if kind != "f-string":
        raise UsageError(f"{origin} is a {kind} template; only f-string and jinja2 are carried over")
    return jinja(text, origin)


def jinja(text: str, origin: str) -> str:
    """An f-string template in Jinja.

    Raises:
        UsageError: a brace without its other one, or a field that is not a plain name.
    """
    try:
        return "".join(_parts(text, origin))
    except UsageError:
        raise
    except ValueError as error:
        raise UsageError(f"{origin} is not an f-string template: {error}; a brace that is text is doubled") from None


def _parts(text: str, origin: str) -> Iterator[str]:
    for before, field, form, conversion in string.Formatter().parse(text):
        yield literal(before)
        if field is None:
            continue
        if not field.isidentifier():
            shown = "{" + field + "}"
            raise UsageError(f"{origin}: {shown} is not a plain name; a template needs one, such as {{question}}")
        if conversion:
            raise UsageError(f"{origin}: {{{field}!{conversion}}} has a conversion, which is not carried over")
        if form and "{" in form:
            raise UsageError(f"{origin}: {{{field}:{form}}} has a field in its format, which is not carried over")
        yield f'{{{{ "{{:{form}}}".format({field}) }}}}' if form else f"{{{{ {field} }}}}"
