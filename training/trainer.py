# One seeded run in steps: plain text first, then conversations; it can be stopped and resumed at any block.
import json
import platform
import time
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as f

from training import mixture
from training.batches import Batch, batches, digest, encode
from training.dice import dice
from training.documents import Span
from training.guesses import own_guesses
from training.model import Llama, Shape
from training.optimiser import Optimiser
from training.problem import Problem
from training.sizes import Size

READ, READ_SHARE = 0.2, 0.15
"""How much the tokens of questions count against those of replies, and in how many conversations they count at all."""
FLOOR = 0.02
LOG_EVERY = 50


def rate(size: Size, step: int) -> float:
    """The learning rate's share of its full value: in each stage a short rise, a hold, a straight fall.

    What a stage has learned is worth little before the fall; the next one rises again from there.
    """
    start, end = next((a, b) for a, b in pairwise((0, *size.ends)) if step < b or b == size.steps)
    decay = size.base_decay_steps if end <= size.base_steps else size.decay_steps
    return min(1.0, (step - start + 1) / size.warm_steps, (end - step) / decay * (1 - FLOOR) + FLOOR)


class Trainer:
    """The state of a run. Its folder holds the checkpoint, the log, and the record of what was run."""

    def __init__(
        self, size: Size, tokenizer: Tokenizer, folder: Path, device: str = "cpu", *, compiled: bool = False
    ) -> None:
        torch.manual_seed(size.seed)
        self.size, self.tokenizer, self.folder, self.device = size, tokenizer, folder, device
        shape = Shape(tokenizer.get_vocab_size(), size.width, size.layers, size.heads, size.hidden)
        self.model = Llama(shape).to(device)
        self.working = Llama(shape).to(device, torch.bfloat16)
        self.working.load_state_dict(self.model.state_dict())
        self.compiled = compiled
        self.hidden = torch.compile(self.working.hidden, dynamic=True) if compiled else self.working.hidden
        self.optimiser = Optimiser(self.model, self.working, size.muon_rate, size.adam_rate)
        self.step = self.block = self.tokens = 0
        self.data_hash = ""
        self.log: list[dict[str, Any]] = []

    def run(self, *, until: int | None = None) -> None:
        """Train to the last step, or to the end of the block that holds step `until`."""
        self._record()
        end = self.size.steps
        while self.step < (end if until is None else min(until, end)):
            base = self.step < self.size.base_steps
            for batch in self._next_block(base=base):
                self._learn(batch)
                if self.step in self.size.ends[1:]:  # a block of copies may reach into the next stage
                    break
            if self.step == self.size.base_steps:
                self.save("base.pt")
            self.save("checkpoint.pt")

    def _next_block(self, *, base: bool) -> list[Batch]:
        size = self.size
        longest = size.base_longest if base else size.longest
        rng = dice(f"{size.seed} block {self.block}")
        texts: list[list[Span]]
        if base:
            grown = min(1.0, self.step / size.copy_steps)
            shares = mixture.COPIES if self.step < size.copy_steps else mixture.TEXTS
            texts = [mixture.document(rng, size.world, grown, shares) for _ in range(size.block)]
        else:
            grown = (self.step - size.base_steps) / size.grow_steps
            guesses = own_guesses(self.working, self.tokenizer, rng, size.world) if grown >= 1 else []
            texts = [self._conversation(rng, min(1.0, grown), guesses) for _ in range(size.block)]
        encoded = [text for text in encode(self.tokenizer, texts) if len(text.tokens) <= longest]
        self.block += 1
        self.data_hash = digest(self.data_hash, encoded)
        return batches(encoded, self.size.batch_tokens, rng)

    def _conversation(self, rng: Random, grown: float, guesses: list[tuple[Problem, str]]) -> list[Span]:
        size = self.size
        if self.step < size.base_steps + size.first_steps:
            shares = mixture.FIRST
        else:
            shares = mixture.THEN if self.step < size.steps - size.last_steps else mixture.LAST
        if rng.random() < shares.lists:
            return mixture.example_list(rng, size.world, shares)
        chat = mixture.chat(rng, size.world, grown, guesses, shares)
        return mixture.reply_spans(chat, READ if rng.random() < READ_SHARE else 0.0)

    def _learn(self, batch: Batch) -> None:
        started = time.perf_counter()
        loss, reply_loss = self._loss(batch.tokens.to(self.device), batch.weights.to(self.device))
        loss.backward()
        self.optimiser.step(rate(self.size, self.step))
        self.step += 1
        self.tokens += batch.tokens.numel()
        self._note(reply_loss, batch.tokens.numel(), time.perf_counter() - started)

    def _loss(self, tokens: Tensor, weights: Tensor) -> tuple[Tensor, float]:
        wanted = weights[:, 1:].flatten()
        kept = wanted.nonzero().squeeze(1)
        hidden = self.hidden(tokens[:, :-1], kept)
        scores = f.linear(hidden, self.working.embedding.weight).float()
        each = f.cross_entropy(scores, tokens[:, 1:].flatten()[kept], reduction="none")
        wanted = wanted[kept]
        replies = each.detach()[wanted == 1]
        return (each * wanted).sum() / wanted.sum(), replies.mean().item()

    def _note(self, loss: float, tokens: int, seconds: float) -> None:
        self.log.append({"loss": loss, "tokens": tokens, "seconds": seconds})
        if self.step % LOG_EVERY and self.step != self.size.steps:
            return
        count = len(self.log)
        spent = sum(entry["seconds"] for entry in self.log)
        line = {
            "step": self.step,
            "loss": round(sum(entry["loss"] for entry in self.log) / count, 5),
            "rate": round(rate(self.size, self.step), 4),
            "tokens": self.tokens,
            "tokens_per_second": round(sum(entry["tokens"] for entry in self.log) / spent),
            "data": self.data_hash[:16],
        }
        self.log = []
        with (self.folder / "log.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def _record(self) -> None:
        size = asdict(self.size) | {"world": self.size.world.limit}
        record = {
            "size": size,
            "texts": {"copies": mixture.COPIES, "then": mixture.TEXTS, "families": mixture.ASKED},
            "conversations": {
                "first": asdict(mixture.FIRST),
                "then": asdict(mixture.THEN),
                "last": asdict(mixture.LAST),
            },
            "parameters": sum(p.numel() for p in self.model.parameters()),
            "vocabulary": self.tokenizer.get_vocab_size(),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "threads": torch.get_num_threads(),
            "device": self.device,
            "compiled": self.compiled,
        }
        (self.folder / "run.json").write_text(json.dumps(record, indent=1) + "\n")

    def save(self, name: str) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "shape": asdict(self.model.shape),
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "step": self.step,
            "block": self.block,
            "tokens": self.tokens,
            "data_hash": self.data_hash,
            "log": self.log,
        }
        unfinished = self.folder / f"{name}.part"
        torch.save(state, unfinished)
        unfinished.replace(self.folder / name)

    def resume(self, name: str = "checkpoint.pt") -> bool:
        """Go on from a checkpoint, if there is one."""
        path = self.folder / name
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.working.load_state_dict(state["model"])
        self.optimiser.restore(state["optimiser"])
        self.step, self.block, self.tokens = state["step"], state["block"], state["tokens"]
        self.data_hash, self.log = state["data_hash"], state["log"]
        self._forget_after(self.step)
        return True

    def _forget_after(self, step: int) -> None:
        # what was logged after the checkpoint will be done, and logged, again
        path = self.folder / "log.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        path.write_text("".join(f"{line}\n" for line in lines if json.loads(line)["step"] <= step))


def load_model(path: Path) -> Llama:
    """The network of a checkpoint, ready to answer."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = Llama(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval()
