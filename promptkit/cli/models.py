"""`promptkit models`: the models on this machine, and the providers of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptkit.cli import options, output
from promptkit.providers.llama.devices import Gpu, gpus, layers_that_fit
from promptkit.providers.load import Provider, providers
from promptkit.providers.local.files import LocalFile, local_files
from promptkit.providers.local.servers import ServedModel, served_models


def models(json: options.Json = False) -> None:
    """List the models on this machine, as -m names them, and the providers of hosted ones.

    It looks at the GGUF files of LM Studio, llama.cpp, Hugging Face and installed packages, and asks the servers of
    Ollama, LM Studio, llama.cpp and vLLM on this machine. Nothing is loaded, downloaded or written.
    """
    listed, files, cards = providers(), local_files(), _gpus()
    served = served_models({provider.name: provider.where for provider in listed})
    listed = [_with_state(provider, served) for provider in listed]
    running = [model for models in served.values() for model in models or ()]
    if json:
        return output.print_json(
            {
                "files": [file.model_dump(mode="json") | {"gpu_layers": _on_gpu(file, cards)} for file in files],
                "served": [model.model_dump() for model in running],
                "gpus": [card._asdict() for card in cards],
                "providers": [provider.model_dump() for provider in listed],
            }
        )
    _print_rows("Files on this machine:", [_file_row(file, cards) for file in files])
    _print_rows("Served on this machine:", [_served_row(model) for model in running])
    for card in cards:
        output.print_text(f"GPU: {card.name}, {_size(card.free)} free")
    if files or running or cards:
        output.print_text("")
    _print_rows("Providers:", [(p.name, f"{p.where}  ({p.state})") for p in listed])
    if not files:
        output.print_notice("no GGUF files were found; promptkit pull REPO:QUANT downloads one from Hugging Face")
    return None


def _gpus() -> list[Gpu]:
    try:
        return gpus()
    except ImportError:
        return []


def _with_state(provider: Provider, served: dict[str, list[ServedModel] | None]) -> Provider:
    if provider.name not in served:
        return provider
    runs = served[provider.name] is not None
    state = "a server runs there" if runs else "needs no key; no server runs there"
    return provider.model_copy(update={"ready": runs, "state": state})


def _file_row(file: LocalFile, cards: Sequence[Gpu]) -> tuple[str, ...]:
    if file.problem:
        return (file.model, _size(file.size), file.problem)
    layers = _on_gpu(file, cards)
    gpu = "all layers on the GPU" if layers > file.layers else f"{layers} of {file.layers + 1} layers on the GPU"
    kind = "chat" if file.chat else "base"
    return (
        file.model,
        _size(file.size),
        file.quantisation,
        _context(file.context),
        kind,
        gpu if cards else "",
        file.of,
    )


def _on_gpu(file: LocalFile, cards: Sequence[Gpu]) -> int:
    return layers_that_fit(file.size, file.layers, file.context * file.token_bytes, cards)


def _served_row(model: ServedModel) -> tuple[str, ...]:
    return (
        model.model,
        _size(model.size) if model.size else "",
        model.quantisation,
        _context(model.context),
        model.where,
    )


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _context(tokens: int) -> str:
    return f"{tokens:,} tokens" if tokens else ""


def _print_rows(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        output.print_text(title)
        for line in _aligned(rows):
            output.print_text(f"  {line}")


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The rows as lines, their columns below one another; the last of a row is as long as it is."""
    widths = [max(len(row[i]) for row in rows if len(row) > i + 1) for i in range(max(map(len, rows)) - 1)]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False) if width]
        yield "  ".join([*cells, row[-1]])
