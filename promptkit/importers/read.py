"""Which tool a file comes from, and the templates that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import promptkit.importers.fstring as fstring
import promptkit.importers.promptfoo as promptfoo
import promptkit.importers.prompty as prompty
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.importers.made import Imported
from promptkit.text_files import read_text
from promptkit.yaml_text import YamlError, parse_yaml

Format = Literal["prompty", "promptfoo", "fstring"]
FORMATS: tuple[Format, ...] = get_args(Format)


def imported(file: Path, form: str | None = None) -> list[Imported]:
    """The templates of a file of Prompty, of promptfoo, or of LangChain (`fstring`).

    Without `form` it is known by the file's ending or its content; of a plain text it is not.

    Raises:
        UsageError: the file can't be read, its form is not known, or it has what a template can't hold.
    """
    if form is not None and form not in FORMATS:
        hint = did_you_mean(form, FORMATS, f"choose from {', '.join(FORMATS)}")
        raise UsageError(f"there is no form {form!r} of prompts; {hint}")
    text, data = read_text(file), None
    if file.suffix == ".prompty" or form == "prompty":
        return [prompty.from_text(text, file.name, file.parent)]
    if file.suffix in (".json", ".yaml", ".yml"):
        data = _data(file, text)
    if form is None:
        form = _form_of(data)
    if form is None:
        raise UsageError(f"{file} does not show which tool it comes from; name it: --as {' or '.join(FORMATS[1:])}")
    if form == "fstring":
        if data is not None and not isinstance(data, Mapping):
            raise UsageError(f"{file} is not a saved prompt of LangChain, which is a mapping")
        return [fstring.from_saved(data, file.name, file.parent) if data else fstring.from_text(text, file.name)]
    if isinstance(data, list):
        return [promptfoo.from_chat(data, file.name)]
    if isinstance(data, Mapping):
        return promptfoo.from_config(data, file.name, file.parent)
    return promptfoo.from_text(text, file.name)


def _data(file: Path, text: str) -> object:
    try:
        return parse_yaml(text)  # JSON is YAML
    except YamlError as error:
        raise UsageError(f"{file} can't be read: {error}; tags around messages are not carried over") from None


def _form_of(data: object) -> Format | None:
    if isinstance(data, list):
        return "promptfoo"
    if isinstance(data, Mapping):
        if "prompts" in data:
            return "promptfoo"
        if {"_type", "lc", "template"} & data.keys():
            return "fstring"
    return None
