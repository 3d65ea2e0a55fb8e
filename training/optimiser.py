# Two optimisers in one: Muon for the layers' matrices, AdamW for the embeddings and the norms.
"""Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks".

The master weights are float32; the network that computes is a bfloat16 copy.
"""

from typing import Any

import torch
from torch import Tensor

from training.model import Llama

MOMENTUM, DECAY = 0.95, 0.01
FUSED = {"query_key_value": 3, "gate_up": 2}
"""Matrices stored as one that are several in truth: each part is orthogonalised by itself."""


def orthogonal(gradients: Tensor) -> Tensor:
    """The nearest orthogonal matrices, by five Newton-Schulz steps."""
    tall = gradients.shape[-2] > gradients.shape[-1]
    x: Tensor = gradients.mT if tall else gradients
    x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(5):
        square = x @ x.mT
        polynomial = torch.baddbmm(square, square, square, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, polynomial, x, beta=3.4445)
    x = x.mT if tall else x
    return x.float()


def _gradient(weight: Tensor) -> Tensor:
    if weight.grad is None:
        raise RuntimeError("a step needs gradients: call backward() on the loss first")
    return weight.grad


class Optimiser:
    """Takes the working copy's gradients, moves the master weights, and writes them back."""

    def __init__(self, master: Llama, working: Llama, muon_rate: float, adam_rate: float) -> None:
        self.muon_rate, self.adam_rate = muon_rate, adam_rate
        self.master = dict(master.named_parameters())
        self.working = dict(working.named_parameters())
        self.matrices = [name for name, p in self.master.items() if name.startswith("blocks") and p.ndim == 2]
        self.momentum = {name: torch.zeros_like(self.master[name]) for name in self.matrices}
        rest = {name: p for name, p in self.master.items() if name not in self.momentum}
        self.rest = list(rest.values())
        groups = [
            {"params": [p for p in self.rest if p.ndim == 2], "weight_decay": DECAY},
            {"params": [p for p in self.rest if p.ndim == 1], "weight_decay": 0.0},
        ]
        self.adam = torch.optim.AdamW(groups, lr=adam_rate, betas=(0.9, 0.98), eps=1e-8)

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """One step at `scale` times the full rates; the gradients are used up."""
        for name, weight in self.master.items():
            weight.grad = _gradient(self.working[name]).float()
            self.working[name].grad = None
        torch.nn.utils.clip_grad_norm_(self.rest, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.adam_rate * scale
        self.adam.step()
        self._muon(self.muon_rate * scale)
        for name, weight in self.master.items():
            self.working[name].copy_(weight)

    def _muon(self, rate: float) -> None:
        by_shape: dict[torch.Size, list[tuple[Tensor, Tensor]]] = {}
        for name in self.matrices:
            weight = self.master[name]
            self.momentum[name].lerp_(_gradient(weight), 1 - MOMENTUM)
            update = _gradient(weight).lerp(self.momentum[name], MOMENTUM)
            count = next((parts for fused, parts in FUSED.items() if fused in name), 1)
            for part, change in zip(weight.data.chunk(count), update.chunk(count), strict=True):
                by_shape.setdefault(change.shape, []).append((part, change))
        for shape, pairs in by_shape.items():
            size = max(1.0, shape[0] / shape[1]) ** 0.5
            for (part, _), change in zip(pairs, orthogonal(torch.stack([c for _, c in pairs])), strict=True):
                part.mul_(1 - rate * DECAY).add_(change, alpha=-rate * size)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"momentum": self.momentum, "adam": self.adam.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        for name, value in state["momentum"].items():
            self.momentum[name].copy_(value)
        self.adam.load_state_dict(state["adam"])
