"""The fields of llama.cpp's requests, which ignores any other without a word."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError

_OF_GGUF = "temperature seed max_tokens context chat as_text exact engines slots reuse_prompts gpu cut_repetition"
_OF_REQUESTS = """
adaptive_decay adaptive_target backend_sampling chat_template_kwargs dry_allowed_length dry_base dry_multiplier
dry_penalty_last_n dry_sequence_breakers dynatemp_exponent dynatemp_range frequency_penalty grammar grammar_lazy
grammar_triggers grammar_type ignore_eos json_schema logit_bias lora min_keep min_p mirostat mirostat_eta
mirostat_tau n_cache_reuse n_discard n_indent n_keep parse_tool_calls post_sampling_probs presence_penalty
preserved_tokens reasoning_budget_tokens reasoning_effort reasoning_format repeat_last_n repeat_penalty
response_fields response_format samplers t_max_predict_ms thinking_budget_tokens tool_choice tools top_k top_n_sigma
top_p typical_p user verbose xtc_probability xtc_threshold
"""  # beside those that are ours


def check_fields(names: Iterable[str]) -> None:
    """Refuse a name that is not a field.

    Raises:
        UsageError: it names the first, and what may be meant: a field, or an option of `GGUF`.
    """
    for name in sorted(set(names) - set(_OF_REQUESTS.split())):
        known = [*_OF_REQUESTS.split(), *_OF_GGUF.split()]
        hint = did_you_mean(name, known, "the README of its server lists them")
        raise UsageError(f"{name!r} is no option of a GGUF model, and no field of llama.cpp's requests; {hint}")
