"""Why a model stopped: the words of all providers, in ours. This is the only table of them.

Beside OpenAI's and Anthropic's own: those of Azure, Google (`MAX_TOKENS`, `SAFETY`, `content_filter: RECITATION`),
Mistral (`model_length`, `error`), DeepSeek (`insufficient_system_resource`), Zhipu (`sensitive`, `network_error`),
Bedrock (`guardrail_intervened`), Cohere (`COMPLETE`, `ERROR_TOXIC`), OpenRouter (`error`), vLLM (`abort`) and
Together (`eos`). Case, and `-` or blanks for `_`, make no difference.
"""

from __future__ import annotations

from collections.abc import Mapping

from promptkit.providers.hosted.replies import Unusable
from promptkit.types import FinishReason

_STOP = ("stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed", "finished", "end")
_LENGTH = (
    *("length", "max_tokens", "max_output_tokens", "max_length", "model_length", "context_length"),
    *("model_context_window_exceeded", "context_length_exceeded", "error_limit"),
)
_REFUSAL = (
    *("refusal", "content_filter", "content_filtered", "safety", "recitation", "sensitive", "guardrail_intervened"),
    *("blocklist", "prohibited_content", "spii", "image_safety", "moderation", "error_toxic"),
)
# The reply broke off at the provider: what there is of it is not an answer, and asking again may help.
_FAILED = frozenset(
    (
        *("error", "server_error", "internal_error", "network_error", "insufficient_system_resource", "overloaded"),
        *("abort", "aborted", "cancelled", "canceled", "timeout", "failed"),
    )
)

# What is in neither table is "unknown", and its text counts: calls of tools (nobody offered any), a paused turn
# (`pause_turn`), a context that was compacted (`compaction`), no reason at all, and words that are new.
_OURS: Mapping[str, FinishReason] = {
    **dict.fromkeys(_STOP, "stop"),
    **dict.fromkeys(_LENGTH, "length"),
    **dict.fromkeys(_REFUSAL, "refusal"),
}


def finish_reason(theirs: str | None) -> FinishReason:
    """Why the model stopped, in our words.

    Raises:
        Unusable: it did not stop, but failed.
    """
    if ours := _OURS.get(theirs or ""):
        return ours
    reason = "_".join((theirs or "").lower().replace("-", " ").partition(":")[0].split())
    if reason in _FAILED:
        raise Unusable(f"it ended with {reason!r}")
    return _OURS.get(reason, "unknown")
