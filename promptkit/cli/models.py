"""`promptkit models`: which models can be asked from here, and what is missing for the others."""

from __future__ import annotations

from promptkit.cli import options, output
from promptkit.providers.load import providers


def models(json: options.Json = False) -> None:
    """List the providers, where each is asked, and whether it can be."""
    found = providers()
    if json:
        return output.print_json({"providers": [p.model_dump() for p in found]})
    width = max(len(p.name) for p in found)
    for p in found:
        output.print_text(f"{p.name:<{width}}  {p.where}  ({p.state})")
    return None
