# Begin from an earlier model file instead of noise: its network, and the vectors of the words that it knew.
import hashlib
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer, models
from torch import Tensor

from training.model import Llama
from training.tokenizer import cutter


def start_from(path: Path, model: Llama, tokenizer: Tokenizer) -> str:
    """Give `model` the weights of a GGUF file of the same shape, and return the hash of that file.

    The vocabulary may differ: a piece that the file does not have begins as the mean of its pieces there.
    """
    reader = gguf.GGUFReader(path)
    tensors = {tensor.name: torch.from_numpy(np.array(tensor.data, dtype=np.float32)) for tensor in reader.tensors}
    state = {
        "embedding.weight": _vectors(_old_tokenizer(reader), tensors["token_embd.weight"], tokenizer),
        "norm": tensors["output_norm.weight"],
    }
    for index in range(model.shape.layers):
        state |= {
            f"blocks.{index}.{name}": tensor for name, tensor in _block(tensors, index, model.shape.heads).items()
        }
    model.load_state_dict(state)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _block(tensors: dict[str, Tensor], index: int, heads: int) -> dict[str, Tensor]:
    own = {name.removeprefix(f"blk.{index}."): tensor for name, tensor in tensors.items() if f"blk.{index}." in name}
    query, key = (_halves(own[f"attn_{part}.weight"], heads) for part in "qk")
    return {
        "attention_norm": own["attn_norm.weight"],
        "feed_norm": own["ffn_norm.weight"],
        "query_key_value.weight": torch.cat((query, key, own["attn_v.weight"])),
        "output.weight": own["attn_output.weight"],
        "gate_up.weight": torch.cat((own["ffn_gate.weight"], own["ffn_up.weight"])),
        "down.weight": own["ffn_down.weight"],
    }


def _halves(tensor: Tensor, heads: int) -> Tensor:
    # the other way round than in the export: from neighbouring channels to the two halves of a head
    rows, columns = tensor.shape
    return tensor.reshape(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)


def _old_tokenizer(reader: gguf.GGUFReader) -> Tokenizer:
    pieces = _field(reader, "tokenizer.ggml.tokens")
    halves = (pair.split(" ") for pair in _field(reader, "tokenizer.ggml.merges"))
    merges = [(first, second) for first, second in halves]
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    old = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, ignore_merges=True))
    old.pre_tokenizer = cutter()
    return old


def _field(reader: gguf.GGUFReader, name: str) -> list[str]:
    contents: Any = reader.fields[name].contents()
    return [str(value) for value in contents]


def _vectors(old: Tokenizer, vectors: Tensor, tokenizer: Tokenizer) -> Tensor:
    rows = []
    for index in range(tokenizer.get_vocab_size()):
        piece = tokenizer.id_to_token(index) or ""
        known = old.token_to_id(piece)
        pieces = [known] if known is not None else old.encode(tokenizer.decode([index])).ids
        rows.append(vectors[pieces or [0]].mean(0))
    return torch.stack(rows)
