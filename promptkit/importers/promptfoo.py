"""Prompts of promptfoo: texts in Nunjucks, several in one file, chats as JSON or YAML, and those of a configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.importers.made import ROLES, Imported, Turn, made
from promptkit.importers.prompty import type_of
from promptkit.text_files import read_text
from promptkit.yaml_text import YamlError, parse_yaml

_TAGS = {"{{": "}}", "{%": "%}"}
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_WORDS = (  # of Nunjucks, and what Jinja writes for them
    (re.compile(r"\belseif\b"), "elif"),
    (re.compile(r"\b(end)?verbatim\b"), r"\1raw"),
    (re.compile(r"\|\s*dump\b(?:\(\s*\))?"), "| tojson"),
    (re.compile(r"\bnull\b"), "none"),
    (re.compile(r"(?<=[\w\])])\.length\b"), " | length"),
    (re.compile(r"===?"), "=="),
    (re.compile(r"!=="), "!="),
)
_FOREIGN = re.compile(r"\{%-?\s*(asyncEach|asyncAll|ifAsync|switch|case)\b|&&|\|\||(?<![=!<>])!(?!=)|\benv\.\w+")
_SEVERAL = re.compile(r"^---[ \t]*$", re.MULTILINE)
_OTHER = frozenset({"prompts", "description", "$schema"})


def from_text(text: str, origin: str) -> list[Imported]:
    """Prompts of a text file: one user message each, several of them parted by lines of ---.

    Raises:
        UsageError: one of them uses what there is not in Jinja.
    """
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    if not parts:
        raise UsageError(f"{origin} is empty; there is no prompt in it")
    return [made([Turn("user", jinja(part, origin))], origin=origin) for part in parts]


def from_chat(messages: list[Any], origin: str, samples: Mapping[str, Any] | None = None) -> Imported:
    """A chat: a list of messages with `role` and `content`.

    Raises:
        UsageError: a message has another role, or something other than text.
    """
    turns = []
    for number, message in enumerate(messages, start=1):
        place = f"{origin}, message {number}"
        if not isinstance(message, Mapping) or "role" not in message:
            raise UsageError(f"{place} has no role; a chat is a list of messages with role and content")
        if str(message["role"]) not in ROLES:
            raise UsageError(f"{place}: the role {message['role']!r} is not carried over")
        if not isinstance(message.get("content"), str):
            raise UsageError(f"{place}: its content is not text; pictures and lists of parts are not carried over")
        turns.append(Turn(ROLES[str(message["role"])], jinja(message["content"], place)))
    more = [f"{key} of a message" for key in sorted({k for m in messages for k in m} - {"role", "content"})]
    return made(turns, origin=origin, inputs=_inputs(samples), left_out=more)


def from_config(config: Mapping[str, Any], origin: str, folder: Path) -> list[Imported]:
    """The prompts of a configuration, with the variables of its first test as samples.

    Raises:
        UsageError: it has no prompts, or one that can't be carried over.
    """
    prompts = config.get("prompts")
    listed = prompts if isinstance(prompts, list) else [prompts] if prompts else []
    if not listed:
        raise UsageError(f"{origin} has no `prompts`")
    samples = _variables(config)
    tests = ", but for the variables of the first"
    left_out = tuple(f"{key}: not carried over{tests * (key == 'tests')}" for key in config if key not in _OTHER)
    found = [one for number, prompt in enumerate(listed, 1) for one in _prompt(prompt, number, origin, folder, samples)]
    return [Imported(one.name, one.text, (*one.left_out, *left_out)) for one in found]


def _prompt(prompt: object, number: int, origin: str, folder: Path, samples: Mapping[str, Any]) -> Iterator[Imported]:
    place, name = f"{origin}, prompt {number}", ""
    if isinstance(prompt, Mapping):
        name = str(prompt.get("label") or "")
        prompt = prompt.get("raw") or prompt.get("id")
    if not isinstance(prompt, str):
        raise UsageError(f"{place} is not a text")
    if prompt.startswith("file://"):
        yield from _file(folder / prompt.removeprefix("file://"), place, folder, samples)
        return
    chat = _as_chat(prompt)
    if chat is not None:
        yield from_chat(chat, place, samples)
        return
    turn = Turn("user", jinja(prompt, place))
    yield made([turn], origin=place, name=name, inputs=_used(_inputs(samples), prompt))


def _file(file: Path, place: str, folder: Path, samples: Mapping[str, Any]) -> Iterator[Imported]:
    if not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{place}: {file} is not in the folder of the configuration; copy it there")
    if file.suffix not in (".txt", ".md", ".j2", ".json", ".yaml", ".yml"):
        raise UsageError(f"{place}: {file.name} is a program or a list of files; name text, JSON or YAML files")
    text = read_text(file)
    chat = _as_chat(text) if file.suffix in (".json", ".yaml", ".yml") else None
    if chat is not None:
        made_of = from_chat(chat, file.name, samples)
        yield Imported(file.stem, made_of.text, made_of.left_out)
        return
    for one in from_text(text, file.name):
        yield Imported(file.stem, one.text, one.left_out)


def _as_chat(text: str) -> list[Any] | None:
    try:
        read = parse_yaml(text)  # JSON is YAML
    except YamlError:
        return None
    return read if isinstance(read, list) and read and isinstance(read[0], Mapping) and "role" in read[0] else None


def _variables(config: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of the first test, and those of all tests."""
    found: dict[str, Any] = {}
    tests = config.get("tests")
    first = tests[0] if isinstance(tests, list) and tests else None
    for one in (config.get("defaultTest"), first):
        variables = one.get("vars") if isinstance(one, Mapping) else None
        found |= variables if isinstance(variables, Mapping) else {}
    return {name: value for name, value in found.items() if not str(value).startswith("file://")}


def _inputs(samples: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    return {name: {"type": type_of(value), "sample": value} for name, value in (samples or {}).items()}


def _used(inputs: dict[str, dict[str, Any]], text: str) -> dict[str, dict[str, Any]]:
    return {name: one for name, one in inputs.items() if re.search(rf"\b{re.escape(name)}\b", text)}


def jinja(text: str, origin: str) -> str:
    """A text in Nunjucks as Jinja has it: the words that differ, inside of tags.

    Raises:
        UsageError: it uses what Jinja has not.
    """
    found, place = list[str](), 0
    text = text.strip("\n")
    while begins := [at for at in (text.find(tag, place) for tag in _TAGS) if at >= 0]:
        start = min(begins)
        end = text.find(_TAGS[text[start : start + 2]], start + 2)
        if end < 0:
            break  # Jinja reports it
        found += [text[place:start], _tag(text[start : end + 2], origin)]
        place = end + 2
    return "".join([*found, text[place:]])


def _tag(written: str, origin: str) -> str:
    if foreign := _FOREIGN.search(_QUOTED.sub('""', written)):
        shown = foreign[0].strip("{% -")
        raise UsageError(f"{origin}: {shown!r} in {written!r:.60} is not carried over; write it another way")
    quoted = iter(_QUOTED.findall(written))
    bare = _QUOTED.sub("\0", written)
    for word, ours in _WORDS:
        bare = word.sub(ours, bare)
    return re.sub("\0", lambda _: next(quoted), bare)
