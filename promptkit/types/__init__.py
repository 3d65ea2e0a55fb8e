"""The values that travel between strategies and backends. All are frozen: methods return new ones."""

from promptkit.types.completion import Completion, FinishReason, Quota, QuotaUnit, Token, Usage
from promptkit.types.example import Example
from promptkit.types.message import Content, Message, Role
from promptkit.types.prompt import ASIDE_TOKENS, DRAWS_PER_REPLICATE, MOST_TOKENS, Effort, Level, Prompt, schema_text
from promptkit.types.value import Value

__all__ = [
    "ASIDE_TOKENS",
    "DRAWS_PER_REPLICATE",
    "MOST_TOKENS",
    "Completion",
    "Content",
    "Effort",
    "Example",
    "FinishReason",
    "Level",
    "Message",
    "Prompt",
    "Quota",
    "QuotaUnit",
    "Role",
    "Token",
    "Usage",
    "Value",
    "schema_text",
]
