"""Five ways to ask a language model, as composable classes, and a harness that tells which one is worth its cost."""

from promptkit.answers import Answer, AnswerType
from promptkit.backend import Backend, Model
from promptkit.backends.anthropic import Anthropic
from promptkit.backends.by_name import load_model
from promptkit.backends.cache import Cache
from promptkit.backends.cassette import Record, Replay
from promptkit.backends.function import FunctionModel
from promptkit.backends.gguf import GGUF
from promptkit.backends.limit import Limit
from promptkit.backends.openai import OpenAI
from promptkit.backends.retry import Retry
from promptkit.blocking import run
from promptkit.errors import (
    AnswerNotFound,
    AuthenticationError,
    BackendError,
    BudgetExceeded,
    InvalidRequest,
    PromptkitError,
    RateLimited,
    RecordError,
    TemplateError,
    Unavailable,
    UsageError,
)
from promptkit.preview import preview
from promptkit.store import CallStore
from promptkit.strategies import (
    ChainOfThought,
    ExplicitInstructions,
    FewShot,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
)
from promptkit.strategy import Ask, PromptStrategy, Strategy
from promptkit.templates import Templates
from promptkit.trace import trace_rows, trace_tree, write_trace
from promptkit.types import Completion, Example, Message, Prompt, Usage

__all__ = [
    "GGUF",
    "Answer",
    "AnswerNotFound",
    "AnswerType",
    "Anthropic",
    "Ask",
    "AuthenticationError",
    "Backend",
    "BackendError",
    "BudgetExceeded",
    "Cache",
    "CallStore",
    "ChainOfThought",
    "Completion",
    "Example",
    "ExplicitInstructions",
    "FewShot",
    "FunctionModel",
    "InvalidRequest",
    "Limit",
    "Message",
    "Model",
    "OpenAI",
    "PlanThenSolve",
    "Prompt",
    "PromptStrategy",
    "PromptkitError",
    "RateLimited",
    "Record",
    "RecordError",
    "Replay",
    "Retry",
    "SelfConsistency",
    "SelfReflection",
    "Strategy",
    "TemplateError",
    "Templates",
    "Unavailable",
    "Usage",
    "UsageError",
    "load_model",
    "preview",
    "run",
    "trace_rows",
    "trace_tree",
    "write_trace",
]
