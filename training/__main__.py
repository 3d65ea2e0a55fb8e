# The command: python -m training SIZE FOLDER, from nothing to the shipped files, or one stage of it.
import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # one thread is asked for, and one is used

import torch

from training import export, tokenizer
from training.agreement import agreement, prompts
from training.measure import measure
from training.sizes import SIZES, Size
from training.suites import write_all
from training.trainer import Trainer, load_model

STAGES = ("train", "export", "suites", "measure")
MODELS = {"nano": "checkpoint.pt", "nano-base": "base.pt"}


def train(size: Size, folder: Path, device: str, *, compiled: bool) -> None:
    """Make the tokenizer if there is none, then train from the last checkpoint to the end."""
    vocabulary = folder / "tokenizer.json"
    if not vocabulary.exists():
        tokenizer.build(size.world, size.seed).save(str(vocabulary))
    trainer = Trainer(size, tokenizer.load(vocabulary), folder, device, compiled=compiled)
    trainer.resume()
    trainer.run()


def write_models(folder: Path) -> None:
    """Both models, as GGUF files of 16 and of 32 bits and as folders for `transformers`, all with the same weights."""
    words = tokenizer.load(folder / "tokenizer.json")
    for name, checkpoint in MODELS.items():
        model, chat = load_model(folder / checkpoint), name == "nano"
        export.write_gguf(model, words, folder / f"{name}.gguf", name=name, chat=chat)
        export.write_gguf(model, words, folder / f"{name}-f32.gguf", name=name, chat=chat, bits=32)
        export.write_transformers(model, words, folder / name, chat=chat)


def report(size: Size, folder: Path, command: str) -> None:
    """The table of targets, and whether two programs read the same model from our files."""
    measure(folder, size.world, folder / "measured.md", command, _say)
    same = agreement(folder, prompts(size.world))
    told = (
        "Greedy replies equal to the last token in `transformers` (float32) and llama.cpp, with the same weights: "
        f"{same[32]} from a file of 32 bits, {same[16]} from the one of 16 bits that ships."
    )
    with (folder / "measured.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{told}\n")
    _say(told)


def main(arguments: list[str] | None = None) -> int:
    """Run the whole recipe, or one stage of it."""
    parser = argparse.ArgumentParser(prog="python -m training", description="Make the bundled model from nothing.")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path, help="where the run is kept; a run that stands there is resumed")
    parser.add_argument("--only", choices=STAGES, help="do one stage instead of all")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="fuse the network's operations; needs a C++ compiler")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    given.folder.mkdir(parents=True, exist_ok=True)
    size = SIZES[given.size]
    stages = {
        "train": lambda: train(size, given.folder, given.device, compiled=given.compile),
        "export": lambda: write_models(given.folder),
        "suites": lambda: write_all(size.world, given.folder / "suites"),
        "measure": lambda: report(size, given.folder, f"python -m training {given.size} {given.folder.name}"),
    }
    for name in (given.only,) if given.only else STAGES:
        stages[name]()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
