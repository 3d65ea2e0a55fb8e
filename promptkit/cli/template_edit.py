"""`promptkit template edit`: write wordings in a local page that shows what every model will be sent."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import promptkit.by_path as by_path
from promptkit.cli import options, output
from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.settings import known_answer


def edit(
    name: Annotated[
        str | None,
        typer.Argument(help="A template to start with, or the folder of your templates.", metavar="NAME|FOLDER"),
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", help="A task whose rows are shown; shipped ones can be chosen.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="A model to offer, as provider/name; may be repeated.", metavar="MODEL"),
    ] = None,
    templates: options.TemplateFolders = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    host: options.Host = "127.0.0.1",
    port: options.Port = 0,
    open_: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open a browser; by default where there is a screen.")
    ] = None,
) -> None:
    """Write templates in a local page: see their messages for real rows, mistakes by line, replies, and a verdict.

    Changes are kept in your folder: that of the first `--templates`, else of `PROMPTKIT_TEMPLATES`, else `templates`
    here. A shipped template is never changed: yours replaces it. Keys are read from the environment. Ctrl-C stops it.

    Examples:
        promptkit template edit chain_of_thought/think --task stories

        promptkit template edit my_templates -m openai/gpt-6-luna -m nano
    """
    by_path.typed(*(model or ()))
    try:
        import uvicorn  # noqa: F401 - what the extra has
    except ImportError as error:
        missing = f"`template edit` needs {error.name}"
        raise UsageError(f"{missing}; {pip_install('studio')}") from None
    from promptkit.studio.cases import Tasks
    from promptkit.studio.desk import Desk
    from promptkit.studio.models import Models
    from promptkit.studio.serve import serve
    from promptkit.studio.workplace import chosen

    place, first = chosen(name, tuple(templates or ()))
    kind = known_answer(answer)
    tasks = Tasks(task, answer=kind, labels=options.label_list(labels))
    if task is not None:
        tasks.get(task)
    desk = Desk(place, tasks, Models(model or ("nano",)), name=first)
    serve(desk, host=host, port=port, opened=_has_screen() if open_ is None else open_, announce=_announce)


def _announce(address: str) -> None:
    output.print_text(address)
    sys.stdout.flush()  # whoever reads it through a pipe waits for it
    output.print_notice("open this address in a browser; Ctrl-C stops it")


def _has_screen() -> bool:
    there = sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return there and sys.stdout.isatty()
