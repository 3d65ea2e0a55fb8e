# The files that a run leaves load elsewhere and say the same.
import gguf
import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file

from promptkit import GGUF
from training import agreement, tokenizer
from training.__main__ import write_models
from training.engine import Engine
from training.export import CHAT_TEMPLATE
from training.sizes import SIZES
from training.trainer import load_model


@pytest.fixture(scope="module")
def exported(miniature):
    write_models(miniature)
    return miniature


def test_llama_cpp_loads_the_files_and_answers(exported):
    chat = [{"role": "user", "content": "What is 2+3?"}]
    for name in ("nano", "nano-f32"):
        assert len(Engine(exported / f"{name}.gguf").chat([chat], tokens=8)) == 1
    for name in ("nano-base", "nano-base-f32"):
        assert len(Engine(exported / f"{name}.gguf").complete(["Q: What is 2+3?\nA:"], stop="\n", tokens=8)) == 1


def test_only_the_file_of_the_chat_model_holds_a_chat_template(exported):
    assert CHAT_TEMPLATE.encode() in (exported / "nano.gguf").read_bytes()
    assert b"chat_template" not in (exported / "nano-base.gguf").read_bytes()


@pytest.mark.parametrize("name", ["nano", "nano-base"])
def test_all_files_of_a_model_hold_the_same_numbers(exported, name):
    small, large = (gguf.GGUFReader(exported / f"{name}{mark}.gguf") for mark in ("", "-f32"))
    sixteen = {tensor.name: tensor.data for tensor in small.tensors}
    assert {data.dtype for data in sixteen.values() if data.ndim == 2} == {np.dtype(np.float16)}
    for tensor in large.tensors:
        assert tensor.data.dtype == np.float32
        assert np.array_equal(tensor.data, sixteen[tensor.name].astype(np.float32)), tensor.name
    saved = load_file(exported / name / "model.safetensors")
    assert all(torch.equal(t, t.half().float()) for t in saved.values() if t.ndim == 2)
    embedding = saved["model.embed_tokens.weight"].numpy()
    assert np.array_equal(embedding, sixteen["token_embd.weight"].astype(np.float32))


def test_transformers_gives_the_scores_of_the_trained_network(exported):
    model = transformers.AutoModelForCausalLM.from_pretrained(exported / "nano")
    own = load_model(exported / "checkpoint.pt")
    for parameter in own.parameters():
        if parameter.ndim == 2:
            parameter.data = parameter.data.half().float()
    tokens = torch.arange(20, 52)[None]
    assert torch.allclose(model(tokens).logits, own(tokens), atol=1e-4)


def test_from_a_file_of_32_bits_llama_cpp_says_to_the_last_token_what_transformers_says(exported, monkeypatch):
    monkeypatch.setattr(agreement, "TOKENS", 24)
    same = agreement.agreement(exported, agreement.prompts(SIZES["miniature"].world)[:8])
    assert (same[32].right, same[32].total, same[16].total) == (8, 8, 8)


def test_a_text_has_the_same_tokens_in_llama_cpp_as_in_the_tokenizer_it_was_trained_with(exported):
    words = tokenizer.load(exported / "tokenizer.json")
    text = "Anna’s 17 pens – “blue”… × 3 → 51\n\n- é, 漢字。安娜有三支筆  ANNA apples"
    model = GGUF(exported / "nano.gguf")
    engine = model._engines._idle[0]
    engine.load()
    assert engine.tokens(text, control=False, first=False) == words.encode(text).ids
