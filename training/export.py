# The trained network as files that others load: safetensors for `transformers`, GGUF for llama.cpp and Ollama.
import json
from pathlib import Path
from typing import Literal

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from training.model import Llama
from training.tokenizer import END, PAD, START

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LICENCE = "mit"


def weights(model: Llama) -> dict[str, Tensor]:
    """The tensors under the names that `transformers` gives them, in float32.

    Matrices hold only numbers that 16 bits can hold, so that all files of a model have the same weights.
    """
    named = {"model.embed_tokens.weight": model.embedding.weight, "model.norm.weight": model.norm}
    for index, block in enumerate(model.blocks):
        own = dict(block.named_parameters())
        query, key, value = own["query_key_value.weight"].chunk(3)
        gate, up = own["gate_up.weight"].chunk(2)
        layer = {
            "self_attn.q_proj.weight": query,
            "self_attn.k_proj.weight": key,
            "self_attn.v_proj.weight": value,
            "self_attn.o_proj.weight": own["output.weight"],
            "mlp.gate_proj.weight": gate,
            "mlp.up_proj.weight": up,
            "mlp.down_proj.weight": own["down.weight"],
            "input_layernorm.weight": own["attention_norm"],
            "post_attention_layernorm.weight": own["feed_norm"],
        }
        named |= {f"model.layers.{index}.{name}": tensor for name, tensor in layer.items()}
    return {name: _rounded(tensor.detach()).contiguous().clone() for name, tensor in named.items()}


def _rounded(tensor: Tensor) -> Tensor:
    return tensor.half().float() if tensor.ndim == 2 else tensor.float()


def write_transformers(model: Llama, tokenizer: Tokenizer, folder: Path, *, chat: bool) -> None:
    """A folder that `AutoModelForCausalLM` and `AutoTokenizer` load."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = model.shape
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "max_position_embeddings": shape.context,
        "rms_norm_eps": shape.epsilon,
        "rope_theta": shape.theta,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "bos_token_id": None,
        "eos_token_id": tokenizer.token_to_id(END),
        "pad_token_id": tokenizer.token_to_id(PAD),
        "dtype": "float32",
    }
    described = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": PAD,
        "model_max_length": shape.context,
        "clean_up_tokenization_spaces": False,
    }
    if chat:
        described["chat_template"] = CHAT_TEMPLATE
    save_file(weights(model), folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(folder / "config.json", config)
    _write_json(folder / "tokenizer_config.json", described)


def write_gguf(
    model: Llama, tokenizer: Tokenizer, path: Path, *, name: str, chat: bool, bits: Literal[16, 32] = 16
) -> None:
    """One file with its tokenizer, and with the chat template where the model has learnt one.

    Files of 16 and of 32 bits have the same weights; llama.cpp computes with more digits from the larger one.
    """
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, model, name)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if bits == 16 else gguf.LlamaFileType.ALL_F32)
    _add_tokenizer(writer, tokenizer, chat=chat)
    named = weights(model)
    for source, target in _gguf_names(model.shape.layers).items():
        _add(writer, target, named[source], model.shape.heads, bits)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, model: Llama, name: str) -> None:
    shape = model.shape
    writer.add_name(name)
    writer.add_license(LICENCE)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.theta)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer, *, chat: bool) -> None:
    saved = json.loads(tokenizer.to_str())
    special = {entry["content"]: entry["id"] for entry in saved["added_tokens"]}
    ordered = sorted(tokenizer.get_vocab(with_added_tokens=True).items(), key=lambda entry: entry[1])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list([piece for piece, _ in ordered])
    kinds = [gguf.TokenType.CONTROL if piece in special else gguf.TokenType.NORMAL for piece, _ in ordered]
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in saved["model"]["merges"]])
    writer.add_bos_token_id(special[START])
    writer.add_eos_token_id(special[END])
    writer.add_pad_token_id(special[PAD])
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    if chat:
        writer.add_chat_template(CHAT_TEMPLATE)


def _gguf_names(layers: int) -> dict[str, str]:
    parts = {
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    }  # fmt: skip
    names = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    for layer in range(layers):
        names |= {f"model.layers.{layer}.{a}.weight": f"blk.{layer}.{b}.weight" for a, b in parts.items()}
    return names


def _add(writer: gguf.GGUFWriter, name: str, tensor: Tensor, heads: int, bits: Literal[16, 32]) -> None:
    if ".attn_q." in name or ".attn_k." in name:
        tensor = _interleaved(tensor, heads)
    if tensor.ndim == 2 and bits == 16:
        tensor = tensor.half()
    numbers: NDArray[np.floating] = tensor.numpy()
    writer.add_tensor(name, np.ascontiguousarray(numbers))


def _interleaved(tensor: Tensor, heads: int) -> Tensor:
    # llama.cpp rotates neighbouring channels, `transformers` the two halves of a head
    rows, columns = tensor.shape
    return tensor.reshape(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns).contiguous()


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
