# Whether `transformers` and llama.cpp say the same, greedy, on held-out questions.
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


def prompts(world: World) -> list[str]:
    """Questions of all tasks, half of them with an instruction to reason."""
    lists = [questions(problems(suite, world)[:40]) for suite in SUITES]
    mixed = [text for row in itertools.zip_longest(*lists) for text in row if text]
    return [f"{text}\n\n{CHAIN[0]}" if index % 2 else text for index, text in enumerate(mixed[:PROMPTS])]


def agreement(gguf_file: Path, transformers_folder: Path, world: World) -> Share:
    """How many of the prompts get the same reply, to the last token, from both programs."""
    tokenizer: Any = AutoTokenizer.from_pretrained(transformers_folder)
    model: Any = AutoModelForCausalLM.from_pretrained(transformers_folder)
    texts = prompts(world)
    replies = Engine(gguf_file).chat([[user(text)] for text in texts], tokens=TOKENS)
    same = sum(_greedy(model, tokenizer, text) == reply for text, reply in zip(texts, replies, strict=True))
    return Share(same, len(texts))


@torch.no_grad()
def _greedy(model: Any, tokenizer: Any, text: str) -> str:  # noqa: ANN401 - transformers has no usable types here
    asked = tokenizer.apply_chat_template(
        [user(text)], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    said = model.generate(**asked, max_new_tokens=TOKENS, do_sample=False)
    return str(tokenizer.decode(said[0, asked["input_ids"].shape[1] :], skip_special_tokens=True))
