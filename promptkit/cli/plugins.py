"""`promptkit plugins`: what installed packages add to promptkit, and whether it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from promptkit.answers.kinds import GRADERS
from promptkit.cli import options, output
from promptkit.distribution import version_of
from promptkit.providers.load import MODELS
from promptkit.report.write import FORMATS
from promptkit.specs import STRATEGIES

Row = dict[str, str | bool]


def plugins(
    shipped: Annotated[bool, typer.Option("--shipped", help="List promptkit's own names as well.")] = False,
    json: options.Json = False,
) -> None:
    """List the techniques, models, report formats and answer types that installed packages register.

    Each is imported to see whether it can be used. A package registers them as entry points (`docs/plugins.md`). A
    module of your own needs no package: name what is in it by its path, such as `mine:MyStrategy`.

    Examples:
        promptkit plugins

        promptkit plugins --shipped --json
    """
    rows = list(_rows(shipped=shipped))
    if json:
        return output.print_json({"plugins": rows})
    if not rows:
        return output.print_text("no installed package registers anything; --shipped lists promptkit's own names")
    columns = ("group", "name", "what", "distribution", "version")
    width = {column: max(len(str(row[column])) for row in rows) for column in columns}
    for row in rows:
        cells = "  ".join(f"{row[column]:<{width[column]}}" for column in columns)
        output.print_text(f"{cells}  {row['state']}")
    return None


def _rows(*, shipped: bool) -> Iterator[Row]:
    own = version_of("promptkit")
    for registry in (STRATEGIES, MODELS, FORMATS, GRADERS):
        for name in registry.shipped if shipped else ():
            yield _row(registry.group, name, "", "promptkit", own, None)
        for plugin in registry.plugins():
            error = registry.error(plugin)
            yield _row(plugin.group, plugin.name, plugin.what, plugin.distribution, plugin.version, error)


def _row(group: str, name: str, what: str, distribution: str, version: str, error: str | None) -> Row:
    return {
        "group": group,
        "name": name,
        "what": what,
        "distribution": distribution,
        "version": version,
        "ok": error is None,
        "state": error or "ok",
    }
