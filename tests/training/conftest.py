# What the tests of the recipe share: a small world, a tokenizer, and one miniature run.
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the recipe needs the extra `train`")
pytest.importorskip("tokenizers", reason="the recipe needs the extra `train`")
pytest.importorskip("gguf", reason="the recipe needs the extra `train`")

import torch
from tokenizers import Tokenizer

from training import tokenizer
from training.sizes import SIZES
from training.trainer import Trainer


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def words() -> Tokenizer:
    size = SIZES["miniature"]
    return tokenizer.build(size.world, size.seed)


@pytest.fixture(scope="session")
def miniature(words: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of the smallest size."""
    folder = tmp_path_factory.mktemp("run")
    words.save(str(folder / "tokenizer.json"))
    Trainer(SIZES["miniature"], words, folder).run()
    return folder
