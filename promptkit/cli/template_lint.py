"""`promptkit template lint`: mistakes in templates, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from promptkit.cli import exit_codes, options, output
from promptkit.cli.template_files import located
from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.lint import RULES, Finding
from promptkit.lint import lint as checked
from promptkit.tasks import load_task
from promptkit.terminal import Terminal

_COLOURS = {"error": "red", "warning": "yellow"}


def lint(
    path: Annotated[
        str | None, typer.Argument(help="A folder of templates, a file, or a name.", metavar="[PATH]")
    ] = None,
    templates: options.TemplateFolders = None,
    task: Annotated[
        str | None, typer.Option(help="The task the templates are for; some rules need one.", metavar="TASK")
    ] = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules instead.")] = False,
    github: Annotated[bool, typer.Option("--github", help="Print annotations for GitHub Actions.")] = False,
    json: options.Json = False,
) -> None:
    """Find mistakes in templates. Nothing is sent.

    The exit code is 1 when there are any. {# lint: off RULE: why #} silences a rule on its line or, on a line of its
    own, in the whole file.

    Examples:
        promptkit template lint prompts

        promptkit template lint prompts --task stories --github
    """
    if rules:
        return _list_rules(json=json)
    if github and json:
        raise UsageError("--github and --json are two forms of output; choose one")
    found, name = located(path, templates)
    asked = load_task(task, answer=answer, labels=options.label_list(labels)) if task else None
    findings = checked(found, name, task=asked)
    if json:
        output.print_json({"findings": [asdict(finding) for finding in findings]})
    elif github:
        for finding in findings:
            output.print_text(_annotation(finding))
    else:
        _show(findings)
    if findings:
        raise typer.Exit(exit_codes.FINDINGS)
    return None


def _show(findings: Sequence[Finding]) -> None:
    screen = Terminal(soft_wrap=True)
    for one in findings:
        screen.print(
            Text.assemble(
                (f"{one.file}:{one.line}:{one.column}", "bold"),
                ": ",
                (one.severity, _COLOURS[one.severity]),
                f": {one.message}; {one.fix} ",
                (f"[{one.rule}]", "dim"),
            )
        )
    errors = sum(one.severity == "error" for one in findings)
    output.print_notice(f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}")


def _annotation(one: Finding) -> str:
    """A workflow command of GitHub Actions."""
    place = f"file={_property(one.file)},line={one.line},col={one.column},title={_property(one.rule)}"
    return f"::{one.severity} {place}::{_data(f'{one.message}; {one.fix}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _list_rules(*, json: bool) -> None:
    if json:
        keys = ("name", "severity", "reason", "fix")
        return output.print_json({"rules": [{key: getattr(one, key) for key in keys} for one in RULES]})
    width = max(len(one.name) for one in RULES)
    for one in RULES:
        output.print_text(f"{one.name:<{width}}  {one.severity:<7}  {one.reason}")
    return None
