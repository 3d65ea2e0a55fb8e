# From texts to tensors: encoded with weights, sorted by length, cut into batches of equal cost.
import hashlib
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.documents import Span

ROUND = 16
"""Lengths are one more than a multiple of this: the last token is only predicted, never read."""


class Encoded(NamedTuple):
    """A text as tokens, and the weight of each in the loss."""

    tokens: list[int]
    weights: list[float]


class Batch(NamedTuple):
    """Texts of about the same length, padded; padding has weight 0."""

    tokens: Tensor
    weights: Tensor


def encode(tokenizer: Tokenizer, texts: Sequence[Sequence[Span]]) -> list[Encoded]:
    """Every text as tokens. Pieces are encoded by themselves: their edges are edges of tokens."""
    flat = tokenizer.encode_batch([span.text for text in texts for span in text], add_special_tokens=False)
    encodings = iter(flat)
    encoded = []
    for text in texts:
        tokens: list[int] = []
        weights: list[float] = []
        for span in text:
            ids = next(encodings).ids
            tokens += ids
            weights += [span.weight] * len(ids)
        encoded.append(Encoded(tokens, weights))
    return encoded


def batches(texts: list[Encoded], size: int, rng: Random) -> list[Batch]:
    """Batches of at most `size` tokens with padding, in random order."""
    groups: list[list[Encoded]] = [[]]
    for text in sorted(texts, key=lambda text: len(text.tokens)):
        if groups[-1] and _rounded(len(text.tokens)) * (len(groups[-1]) + 1) > size:
            groups.append([])
        groups[-1].append(text)
    rng.shuffle(groups)
    return [_padded(group) for group in groups]


def digest(before: str, texts: list[Encoded]) -> str:
    """The hash of all data up to and with these texts."""
    state = hashlib.sha256(before.encode())
    for text in texts:
        state.update(repr(text).encode())
    return state.hexdigest()


def _rounded(length: int) -> int:
    return -(-(length - 1) // ROUND) * ROUND + 1


def _padded(group: list[Encoded]) -> Batch:
    length = _rounded(max(len(text.tokens) for text in group))
    tokens = torch.zeros(len(group), length, dtype=torch.long)
    weights = torch.zeros(len(group), length)
    for row, text in enumerate(group):
        tokens[row, : len(text.tokens)] = torch.tensor(text.tokens)
        weights[row, : len(text.tokens)] = torch.tensor(text.weights)
    return Batch(tokens, weights)
