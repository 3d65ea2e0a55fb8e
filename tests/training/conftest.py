# What the tests of the recipe share: a tokenizer and one miniature run. Without the extra `train` they are left out.
from importlib.util import find_spec
from pathlib import Path

import pytest

NEEDED = ("torch", "tokenizers", "gguf", "safetensors", "transformers", "xllamacpp")
collect_ignore_glob = ["test_*.py"] if any(find_spec(name) is None for name in NEEDED) else []


@pytest.fixture(scope="session")
def words():
    from training import tokenizer
    from training.sizes import SIZES

    size = SIZES["miniature"]
    return tokenizer.build(size.world, size.seed)


@pytest.fixture(scope="session")
def miniature(words, tmp_path_factory) -> Path:
    """The folder of a finished run of the smallest size."""
    import torch

    from training.sizes import SIZES
    from training.trainer import Trainer

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run")
    words.save(str(folder / "tokenizer.json"))
    Trainer(SIZES["miniature"], words, folder).run()
    return folder
