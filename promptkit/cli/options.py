"""Options that several commands share, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    str,
    typer.Option("--model", "-m", help="The model as provider/name; `promptkit models` lists providers.", metavar="M"),
]
Strategy = Annotated[
    str, typer.Option("--strategy", "-s", help="How to ask: parts joined by +, innermost first.", metavar="SPEC")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Temperature = Annotated[
    float | None, typer.Option(min=0, help="Sampling temperature; the model's default when not given.", metavar="T")
]
MaxTokens = Annotated[int | None, typer.Option(min=1, help="The longest reply, in tokens.", metavar="N")]
TemplateFolders = Annotated[
    list[Path] | None, typer.Option("--templates", help="A folder whose templates override the shipped ones.")
]
Margin = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Differences up to this fraction of 1 do not matter; 0.02 when not given."),
]
Answer = Annotated[
    str | None,
    typer.Option(help="How answers are read: number, choice, label, date, text, json, expression or exact."),
]
Labels = Annotated[str | None, typer.Option(help="The labels, separated by commas, for --answer label.")]
Seed = Annotated[int, typer.Option(help="Seeds the choice of items and examples, and sampling of local models.")]
Concurrency = Annotated[
    int | None,
    typer.Option(min=1, help="The most calls in the air at the same time; 64 when not given, fewer when refused."),
]
Attempts = Annotated[int | None, typer.Option(min=1, help="How often a call is tried at most; 6 when not given.")]
TimeoutSeconds = Annotated[
    float | None,
    typer.Option(min=0, help="The longest that a call to a provider may take; 600 when not given.", metavar="S"),
]
ItemSeconds = Annotated[
    float | None,
    typer.Option(min=0, help="The longest that a strategy may take for an item, its turn included.", metavar="S"),
]
RunSeconds = Annotated[
    float | None, typer.Option(min=0, help="After so long send nothing more; the run can be gone on with.", metavar="S")
]
MaxCalls = Annotated[int | None, typer.Option(min=0, help="Send no more requests than this.", metavar="N")]
MaxCost = Annotated[float | None, typer.Option(min=0, help="Spend no more US dollars.", metavar="USD")]
