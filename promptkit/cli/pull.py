"""`promptkit pull`: download a model on request, and only then."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from promptkit.cli import options, output
from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.providers.local.hub import download


def pull(
    model: Annotated[
        str,
        typer.Argument(help="A repository on Hugging Face, and the quantisation to take.", metavar="REPO[:QUANT]"),
    ],
    json: options.Json = False,
) -> None:
    """Download a GGUF file from Hugging Face into its cache, where promptkit models finds it.

    Examples:
        promptkit pull bartowski/Qwen_Qwen3-0.6B-GGUF:Q4_K_M
    """
    path = download(model, _hub())
    if json:
        return output.print_json({"model": f"gguf/{path.stem}", "file": str(path)})
    output.print_text(str(path))
    return output.print_notice(f"ask it with -m gguf/{path.stem}")


def _hub() -> Any:  # noqa: ANN401 - an untyped package
    try:
        import huggingface_hub
    except ImportError as error:
        raise UsageError(f"pull needs huggingface-hub: {pip_install('hub')}") from error
    return huggingface_hub
