# The command: python -m training SIZE FOLDER [--only STAGE] [--device cpu].
import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch

from training import tokenizer
from training.sizes import SIZES, Size
from training.trainer import Trainer


def train(size: Size, folder: Path, device: str) -> None:
    """Make the tokenizer if there is none, then train from the last checkpoint to the end."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "tokenizer.json"
    if not vocabulary.exists():
        tokenizer.build(size.world, size.seed).save(str(vocabulary))
    trainer = Trainer(size, tokenizer.load(vocabulary), folder, device)
    trainer.resume()
    trainer.run()


def main(arguments: list[str] | None = None) -> int:
    """Run the whole recipe, or one stage of it."""
    parser = argparse.ArgumentParser(prog="python -m training")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    train(SIZES[given.size], given.folder, given.device)
    return 0


if __name__ == "__main__":
    sys.exit(main())
