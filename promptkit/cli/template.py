"""`promptkit template …`: read, write, check and try the wording that models are asked with."""

from __future__ import annotations

from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.cli.messages import print_message
from promptkit.cli.template_check import check
from promptkit.cli.template_diff import diff
from promptkit.cli.template_edit import edit
from promptkit.cli.template_files import Named, Row, Set, locate, tried_with
from promptkit.cli.template_import import import_
from promptkit.cli.template_lint import lint
from promptkit.cli.template_new import new
from promptkit.cli.template_stubs import stubs
from promptkit.cli.template_watch import watch
from promptkit.wording.templates import Templates

app = typer.Typer(help="Write, check and try templates.", no_args_is_help=True, rich_markup_mode="markdown")
Name = Annotated[str, typer.Argument(help="The template, such as chain_of_thought/think.")]


@app.command("list")
def list_(templates: options.TemplateFolders = None, json: options.Json = False) -> None:
    """List all templates.

    Example:
        promptkit template list --templates prompts
    """
    found = Templates(tuple(templates or ()))
    rows = [(name, found.header(name).description, str(found.file(name))) for name in found.names()]
    if json:
        return output.print_json({"templates": [{"name": n, "description": d, "file": f} for n, d, f in rows]})
    width = max(len(name) for name, _, _ in rows)
    for name, description, _ in rows:
        output.print_text(f"{name:<{width}}  {description}")
    return None


@app.command()
def show(name: Name, templates: options.TemplateFolders = None, json: options.Json = False) -> None:
    """Print a template's file.

    Example:
        promptkit template show chain_of_thought/think
    """
    found = Templates(tuple(templates or ()))
    text = found.read(name)
    if json:
        return output.print_json({"template": name, "file": str(found.file(name)), "text": text})
    return output.print_text(text.rstrip("\n"))


@app.command()
def render(
    named: Named,
    set_: Set = None,
    row: Row = None,
    templates: options.TemplateFolders = None,
    json: options.Json = False,
) -> None:
    """Show the messages a template makes. Inputs that are not set take their sample.

    Examples:
        promptkit template render chain_of_thought/think --set question="How far is 3 km in miles?"

        promptkit template render prompts/support/reply.j2 --row stories:3
    """
    found = locate(named, templates)
    messages = found.templates.render(found.name, **tried_with(found, set_, row))
    if json:
        return output.print_json({"template": found.name, "messages": [m.model_dump() for m in messages]})
    for message in messages:
        print_message(message)
    return None


app.command()(new)
app.command()(lint)
app.command()(diff)
app.command("test")(check)
app.command()(edit)
app.command()(watch)
app.command()(stubs)
app.command("import")(import_)
