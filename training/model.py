# A decoder of the Llama architecture, small enough for two cores.
"""Touvron et al. 2023, "Llama 2", arXiv:2307.09288: rotary positions, RMS norm, SwiGLU; the embeddings are tied."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as f


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    vocabulary: int
    width: int = 128
    layers: int = 4
    heads: int = 4
    hidden: int = 384
    context: int = 1024
    theta: float = 10_000.0
    epsilon: float = 1e-5


def rotations(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine of every position and channel, halves repeated as in the Hugging Face layout."""
    size = shape.width // shape.heads
    rates = 1.0 / (shape.theta ** (torch.arange(0, size, 2).float() / size))
    angles = torch.outer(torch.arange(shape.context).float(), rates).repeat(1, 2)
    return angles.cos(), angles.sin()


def _rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine


class Block(nn.Module):
    """Attention and a gated feed-forward layer, each added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.attention_norm = nn.Parameter(torch.ones(shape.width))
        self.feed_norm = nn.Parameter(torch.ones(shape.width))
        self.query_key_value = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = nn.Linear(shape.width, 2 * shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, kept: Tensor | None = None) -> Tensor:
        """One layer over a batch of sequences. Of the places numbered `kept` alone, in one row, if they are given."""
        normed = f.rms_norm(x, x.shape[-1:], self.attention_norm, self.shape.epsilon)
        mixed = self._attend(normed, cosine, sine)
        if kept is not None:
            x, mixed = (places.flatten(0, 1).index_select(0, kept) for places in (x, mixed))
        x = x + self.output(mixed)
        gate, up = self.gate_up(f.rms_norm(x, x.shape[-1:], self.feed_norm, self.shape.epsilon)).chunk(2, -1)
        return x + self.down(f.silu(gate) * up)

    def _attend(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        batch, length, width = x.shape
        heads = self.query_key_value(x).view(batch, length, 3, self.shape.heads, -1).permute(2, 0, 3, 1, 4)
        query, key, value = heads
        query, key = _rotate(query, cosine, sine), _rotate(key, cosine, sine)
        if x.device.type == "cpu" and self.training:
            mixed = _plain_attention(query, key.contiguous(), value.contiguous())
        else:
            mixed = f.scaled_dot_product_attention(query, key, value, is_causal=True)
        return mixed.transpose(1, 2).reshape(batch, length, width)


def _plain_attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    # the backward pass of torch's fused attention takes half of a step on a CPU; this one does not
    half = query.shape[-2] // 2
    early = _attention_to_the_end(query[..., :half, :], key[..., :half, :], value[..., :half, :])
    return torch.cat((early, _attention_to_the_end(query[..., half:, :], key, value)), -2)


def _attention_to_the_end(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    # the queries stand at the last places of the keys
    places, length = query.shape[-2], key.shape[-2]
    mask = torch.full((places, length), -math.inf, dtype=query.dtype, device=query.device)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2) + mask.triu(1 + length - places)
    return torch.softmax(scores, -1) @ value


class Llama(nn.Module):
    """The network. Its output weights are its embedding weights."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.width))
        cosine, sine = rotations(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        scale = 0.6 * self.shape.width**-0.5
        nn.init.normal_(self.embedding.weight, std=0.03)
        for name, weight in self.blocks.named_parameters():
            if weight.ndim == 2:
                into_stream = "output" in name or "down" in name
                nn.init.normal_(weight, std=scale / (math.sqrt(2 * self.shape.layers) if into_stream else 1.0))

    def hidden(self, tokens: Tensor, kept: Tensor | None = None) -> Tensor:
        """The last layer's states, (batch, length, width); or of the places numbered `kept`, (places, width)."""
        x = self.embedding(tokens)
        length = tokens.shape[1]
        cosine = self.get_buffer("cosine")[:length].to(x.dtype)
        sine = self.get_buffer("sine")[:length].to(x.dtype)
        for block in self.blocks[:-1]:
            x = block(x, cosine, sine)
        x = self.blocks[-1](x, cosine, sine, kept)
        return f.rms_norm(x, x.shape[-1:], self.norm, self.shape.epsilon)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of every token at every place."""
        return f.linear(self.hidden(tokens), self.embedding.weight)
