# The public names and where each lives. `__init__.py` imports a module when one of its names is first used.

from .answers import Answer, AnswerType
from .backend import Backend, Model
from .bootstrap import bootstrap_examples
from .errors import (
    AnswerNotFound,
    AuthenticationError,
    BackendError,
    BudgetExceeded,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    PromptTooLong,
    RateLimited,
    RecordError,
    Stopped,
    TemplateError,
    TimedOut,
    Unavailable,
    UnknownModel,
    UsageError,
)
from .grading.graders import Score
from .image import Image
from .judges.judge import Judge
from .judges.reader import AnswerReader
from .ledger import Ledger
from .otel.traced import traced
from .previewing import preview
from .providers.anthropic import Anthropic
from .providers.function import FunctionModel
from .providers.gguf import GGUF
from .providers.load import load_model
from .providers.openai import OpenAI
from .providers.openai_responses import OpenAIResponses
from .record.calls import CallStore
from .record.feedback import feedback
from .strategies import (
    BestOfN,
    Cascade,
    ChainOfThought,
    ChainOfVerification,
    Contrastive,
    Debate,
    ExplicitInstructions,
    ExtractAnswer,
    FewShot,
    LeastToMost,
    MixtureOfAgents,
    PlanAndSolve,
    PlanThenSolve,
    ProgramOfThought,
    ReasoningEffort,
    RephraseAndRespond,
    Router,
    SelfAsk,
    SelfConsistency,
    SelfRefine,
    SelfReflection,
    Skeleton,
    StepBack,
    SystemTwoAttention,
    VerbalizedSampling,
    Wrap,
)
from .strategy import Ask, PromptStrategy, Strategy
from .streaming import Delta, emit, stream_to
from .streams import Stream, stream
from .structured import Structured
from .sync import close, run
from .task_context import TaskContext
from .trace import trace_rows, trace_tree, write_trace
from .tracing import current_path
from .types import Completion, Example, Message, Prompt, Token, Usage
from .wording.template import Template
from .wording.templates import Templates
from .wrappers.as_text import AsText
from .wrappers.budget import Budget
from .wrappers.cache import Cache
from .wrappers.cassette import Record, Replay
from .wrappers.limit import Limit
from .wrappers.retry import Retry

__all__ = [
    "GGUF",
    "Answer",
    "AnswerNotFound",
    "AnswerReader",
    "AnswerType",
    "Anthropic",
    "AsText",
    "Ask",
    "AuthenticationError",
    "Backend",
    "BackendError",
    "BestOfN",
    "Budget",
    "BudgetExceeded",
    "Cache",
    "CallStore",
    "Cascade",
    "ChainOfThought",
    "ChainOfVerification",
    "Completion",
    "Contrastive",
    "Debate",
    "Delta",
    "Example",
    "ExplicitInstructions",
    "ExtractAnswer",
    "FewShot",
    "FunctionModel",
    "Image",
    "InvalidRequest",
    "Judge",
    "LeastToMost",
    "Ledger",
    "Limit",
    "Message",
    "MixtureOfAgents",
    "Model",
    "ModelDown",
    "OpenAI",
    "OpenAIResponses",
    "PlanAndSolve",
    "PlanThenSolve",
    "ProgramOfThought",
    "Prompt",
    "PromptStrategy",
    "PromptTooLong",
    "PromptkitError",
    "RateLimited",
    "ReasoningEffort",
    "Record",
    "RecordError",
    "RephraseAndRespond",
    "Replay",
    "Retry",
    "Router",
    "Score",
    "SelfAsk",
    "SelfConsistency",
    "SelfRefine",
    "SelfReflection",
    "Skeleton",
    "StepBack",
    "Stopped",
    "Strategy",
    "Stream",
    "Structured",
    "SystemTwoAttention",
    "TaskContext",
    "Template",
    "TemplateError",
    "Templates",
    "TimedOut",
    "Token",
    "Unavailable",
    "UnknownModel",
    "Usage",
    "UsageError",
    "VerbalizedSampling",
    "Wrap",
    "bootstrap_examples",
    "close",
    "current_path",
    "emit",
    "feedback",
    "load_model",
    "preview",
    "run",
    "stream",
    "stream_to",
    "trace_rows",
    "trace_tree",
    "traced",
    "write_trace",
]
