"""`promptkit template list | show | render`: read and try the wording that models are asked with."""

from __future__ import annotations

from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.yaml_text import YamlError, parse_yaml

app = typer.Typer(help="List, read and try the templates.", no_args_is_help=True, rich_markup_mode="markdown")
Name = Annotated[str, typer.Argument(help="The template, such as chain_of_thought/think.")]


@app.command("list")
def list_(templates: options.TemplateFolders = None, json: options.Json = False) -> None:
    """List all templates, with where each is read from."""
    found = options.templates_in(templates)
    rows = [(name, found.header(name).description, str(found.file(name))) for name in found.names()]
    if json:
        return output.print_json({"templates": [{"name": n, "description": d, "file": f} for n, d, f in rows]})
    width = max(len(name) for name, _, _ in rows)
    for name, description, _ in rows:
        output.print_text(f"{name:<{width}}  {description}")
    return None


@app.command()
def show(name: Name, templates: options.TemplateFolders = None) -> None:
    """Print a template's file."""
    output.print_text(options.templates_in(templates).read(name).rstrip("\n"))


@app.command()
def render(
    name: Name,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="An input as name=value; YAML for lists.", metavar="K=V")
    ] = None,
    templates: options.TemplateFolders = None,
    json: options.Json = False,
) -> None:
    """Show the messages a template makes. Inputs that are not set take their sample.

    Example:
        promptkit template render chain_of_thought/think --set question="How far is 3 km in miles?"
    """
    found = options.templates_in(templates)
    inputs = found.header(name).inputs
    given = dict(_assignment(text) for text in set_ or [])
    takes = inputs or sorted(found.variables(name)[0] or given)  # without front matter, what it shows
    if unknown := [key for key in given if key not in takes]:
        has = f"it has {', '.join(takes)}" if takes else "it has none"
        raise UsageError(f"template {name} has no input {unknown[0]!r}; {has}")
    values = {key: declared.sample for key, declared in inputs.items() if declared.sample is not None}
    for key, text in given.items():
        values[key] = text if key not in inputs or inputs[key].type == "text" else _yaml(key, text)
    messages = found.render(name, **values)
    if json:
        return output.print_json({"template": name, "messages": [m.model_dump() for m in messages]})
    for message in messages:
        output.print_text(f"[{message.role}]\n{message.shown}\n")
    return None


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"--set {text}: write name=value")
    return key, value


def _yaml(key: str, text: str) -> object:
    try:
        return parse_yaml(text)
    except YamlError:
        raise UsageError(f"--set {key}={text}: not YAML; a list is written [a, b]") from None
