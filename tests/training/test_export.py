# The files that a run leaves load elsewhere and say the same.
import pytest
import torch
import transformers

from training import tokenizer
from training.engine import Engine
from training.export import CHAT_TEMPLATE, write_gguf, write_transformers
from training.trainer import load_model


@pytest.fixture(scope="module")
def exported(miniature):
    model, words = load_model(miniature / "checkpoint.pt"), tokenizer.load(miniature / "tokenizer.json")
    write_gguf(model, words, miniature / "nano.gguf", name="nano", chat=True)
    write_transformers(model, words, miniature / "nano", chat=True)
    return miniature


def test_llama_cpp_loads_the_file_and_answers(exported):
    replies = Engine(exported / "nano.gguf").chat([[{"role": "user", "content": "What is 2+3?"}]], tokens=8)
    assert len(replies) == 1


def test_the_file_holds_its_chat_template(exported):
    assert CHAT_TEMPLATE.encode() in (exported / "nano.gguf").read_bytes()


def test_transformers_gives_the_scores_of_the_trained_network(exported):
    model = transformers.AutoModelForCausalLM.from_pretrained(exported / "nano")
    own = load_model(exported / "checkpoint.pt")
    tokens = torch.arange(20, 52)[None]
    assert torch.allclose(model(tokens).logits, own(tokens), atol=1e-4)
