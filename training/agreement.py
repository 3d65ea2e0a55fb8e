# Whether `transformers` and llama.cpp say the same, greedy, on held-out questions.
"""Asked of two files with the same weights.

From the one of 32 bits llama.cpp can compute as `transformers` does, to five decimals of a score: a difference would be
a fault of ours. From the one of 16 bits, which ships, it also rounds to 16 bits what it multiplies the weights with:
where two tokens are almost equally likely, that may choose the other one.
"""

import itertools
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from training.engine import Engine
from training.intervals import Share
from training.suites import SUITES, problems
from training.techniques import questions, user
from training.wordings import CHAIN
from training.world import World

PROMPTS = 200
TOKENS = 160
FILES = {32: "nano-f32.gguf", 16: "nano.gguf"}


def prompts(world: World) -> list[str]:
    """Questions of all tasks, half of them with an instruction to reason."""
    lists = [questions(problems(suite, world)[:40]) for suite in SUITES]
    mixed = [text for row in itertools.zip_longest(*lists) for text in row if text]
    return [f"{text}\n\n{CHAIN[0]}" if index % 2 else text for index, text in enumerate(mixed[:PROMPTS])]


def agreement(folder: Path, texts: list[str]) -> dict[int, Share]:
    """For the file of 32 and that of 16 bits: how many replies are equal to the last token in both programs."""
    wanted = _transformers(folder / "nano", texts)
    shares = {}
    for bits, file in FILES.items():
        said = Engine(folder / file, exact=bits == 32).tokens([[user(text)] for text in texts], tokens=TOKENS)
        shares[bits] = Share(sum(a == b for a, b in zip(said, wanted, strict=True)), len(texts))
    return shares


def _transformers(folder: Path, texts: list[str]) -> list[list[int]]:
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    return [_greedy(model, tokenizer, text) for text in texts]


@torch.no_grad()
def _greedy(model: Any, tokenizer: Any, text: str) -> list[int]:  # noqa: ANN401 - transformers has no usable types here
    asked = tokenizer.apply_chat_template(
        [user(text)], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    said = model.generate(**asked, max_new_tokens=TOKENS, do_sample=False)
    return list(said[0, asked["input_ids"].shape[1] :].tolist())
