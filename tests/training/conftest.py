# What the tests of the recipe share: a tokenizer and one miniature run. Those that need torch and its like are skipped
# where the extra `train` is not installed; the rest run everywhere.
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NEEDED = {
    "test_export.py": ("gguf", "safetensors", "tokenizers", "torch", "transformers"),
    "test_tokenizer.py": ("tokenizers",),
    "test_trainer.py": ("tokenizers", "torch"),
}


class _Skipped(pytest.Module):
    def collect(self) -> NoReturn:
        missing = [name for name in NEEDED[self.path.name] if find_spec(name) is None]
        pytest.skip(f"the extra `train` is not installed: no {', '.join(missing)}", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skips a file, with a reason, before it imports what is not there."""
    if all(find_spec(name) for name in NEEDED.get(module_path.name, ())):
        return None
    skipped: _Skipped = _Skipped.from_parent(parent, path=module_path)
    return skipped


@pytest.fixture(scope="session")
def words() -> "Tokenizer":
    from training import tokenizer
    from training.sizes import SIZES

    size = SIZES["miniature"]
    return tokenizer.build(size.world, size.seed)


@pytest.fixture(scope="session")
def miniature(words: "Tokenizer", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run of the smallest size."""
    import torch

    from training.sizes import SIZES
    from training.trainer import Trainer

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("run")
    words.save(str(folder / "tokenizer.json"))
    Trainer(SIZES["miniature"], words, folder).run()
    return folder
