"""LangChain: its chat models as backends, and a strategy as a chat model in its chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from promptkit.backend import Backend, require_backend
from promptkit.errors import (
    InvalidRequest,
    Unavailable,
    UsageError,
)
from promptkit.interop.passing import LibraryModel, account, call_usage, no_text, prompt_of, sampling_of, turns_of
from promptkit.providers.hosted.finish_reasons import finish_reason
from promptkit.providers.hosted.replies import Unusable
from promptkit.streaming import emit
from promptkit.sync import wait_for
from promptkit.types import Completion, FinishReason, Prompt, Role, Usage

try:
    from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
    from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata
    from langchain_core.outputs import ChatGeneration, ChatResult
except ModuleNotFoundError as error:
    raise UsageError(f"promptkit.interop.langchain needs {error.name}; pip install langchain-core") from None

_ROLES: Mapping[str, Role] = {"system": "system", "human": "user", "ai": "assistant"}
_MESSAGES: Mapping[Role, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
_THOUGHTS = ("thinking", "reasoning")  # of a model, in its own replies
_TAKEN = {name: name for name in ("stop", "temperature", "max_tokens")}
_FINISH: Mapping[FinishReason, str] = {"stop": "stop", "length": "length", "refusal": "content_filter"}


class LangChainModel(LibraryModel):
    """A chat model of LangChain as ours: `LangChainModel(ChatOpenAI(model="gpt-5-mini"))`.

    Texts, temperature, `max_tokens` and `stop` are passed on, the last three as arguments of the call, where given;
    usage and the finish reason come back where the model tells them, and its errors are ours. Images, log
    probabilities, JSON schemas and effort are refused by name. Further draws of one prompt never come from LangChain's
    cache.

    Calls: one a prompt.

    Args:
        model: the chat model; one with tools bound to it is none.

    Raises:
        TypeError: it is not a chat model.
    """

    endpoint = ""  # models of LangChain don't tell it alike

    def __init__(self, model: BaseChatModel) -> None:
        given: object = model
        if not isinstance(given, BaseChatModel):
            raise TypeError(f"LangChainModel takes a chat model of LangChain, got {given!r:.80}")
        self.model = model

    @property
    def name(self) -> str:
        """As `langchain/name`."""
        names = (getattr(self.model, field, None) for field in ("model_name", "model", "model_id"))
        named = next((name for name in names if isinstance(name, str) and name), None)
        return f"langchain/{named or type(self.model).__name__}"

    async def _complete(self, asked: Prompt) -> Completion:
        self.check(asked)
        model = self.model
        if asked.draw or asked.repeat:
            model = model.model_copy(update={"cache": False})
        given = {"temperature": asked.temperature, "max_tokens": asked.max_tokens}
        options = {name: value for name, value in given.items() if value is not None}
        turns = turns_of(asked, _MESSAGES)
        reply = await model.ainvoke(turns, None, stop=list(asked.stop) or None, **options)
        return emit(self._read(reply, asked))

    def _read(self, reply: AIMessage, asked: Prompt) -> Completion:
        if reply.tool_calls:
            raise InvalidRequest(f"{self.name} called a tool, and strategies call none", model=self.name)
        told = reply.response_metadata
        reason = next((told[name] for name in ("finish_reason", "stop_reason", "done_reason") if told.get(name)), None)
        try:
            finish = finish_reason(str(reason)) if reason else "unknown"
        except Unusable as failed:
            raise Unavailable(f"{self.name}: {failed}", model=self.name) from None
        return Completion(
            text=str(reply.text), prompt=asked, by=self.name, usage=_usage(reply.usage_metadata), finish_reason=finish
        )


def _usage(told: UsageMetadata | None) -> Usage:
    if told is None:
        return Usage(calls=1, unmetered=1)
    return call_usage(
        input_tokens=told.get("input_tokens"),
        cached_tokens=(told.get("input_token_details") or {}).get("cache_read"),
        output_tokens=told.get("output_tokens"),
        reasoning_tokens=(told.get("output_token_details") or {}).get("reasoning"),
    )


class StrategyChatModel(BaseChatModel):
    """A strategy as a chat model: `prompt | StrategyChatModel(ChainOfThought(model)) | StrOutputParser()`.

    The conversation, `stop`, and `temperature` and `max_tokens` where they are bound, are passed on; the message has
    the usage of all calls together, and in its `response_metadata` how many they were. Tools, images and other
    arguments are refused by name. A stream is one piece. LangChain's cache is not used: it can't tell strategies apart.

    Calls: those of the strategy, for each message.

    Args:
        strategy: the strategy, or a model of ours.
        fields: of every chat model of LangChain, such as `callbacks`.

    Raises:
        UsageError: a `cache` is given.
        TypeError: it is no backend.
    """

    strategy: Any

    def __init__(self, strategy: Backend, **fields: Any) -> None:  # noqa: ANN401 - LangChain checks them
        if fields.get("cache"):
            raise UsageError("LangChain's cache can't tell strategies apart; put promptkit's Cache around the model")
        super().__init__(**{**fields, "strategy": require_backend(strategy), "cache": False})

    @property
    def _llm_type(self) -> str:
        return "promptkit"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"strategy": getattr(self.strategy, "name", type(self.strategy).__name__)}

    def bind_tools(self, tools: Sequence[Any], **_: object) -> NoReturn:
        """Refused: strategies call no tools.

        Raises:
            UsageError: always.
        """
        names = [str(getattr(t, "name", None) or getattr(t, "__name__", t)) for t in tools]
        fact = f"strategies call no tools, and {', '.join(names)} is one"
        raise UsageError(f"{fact}; for an output of a type, put an output parser behind it")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 - nothing to tell it
        **kwargs: Any,  # noqa: ANN401 - as LangChain has it
    ) -> ChatResult:
        return _result(await self.strategy.complete(_prompt(messages, stop, kwargs)))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - nothing to tell it
        **kwargs: Any,  # noqa: ANN401 - as LangChain has it
    ) -> ChatResult:
        return _result(wait_for(self.strategy.complete(_prompt(messages, stop, kwargs))))


def _prompt(messages: list[BaseMessage], stop: list[str] | None, options: Mapping[str, object]) -> Prompt:
    sampling = sampling_of({**options, "stop": stop}, _TAKEN)
    return prompt_of([_turn(message) for message in messages], "LangChain", sampling)


def _turn(message: BaseMessage) -> tuple[Role, str]:
    if message.type not in _ROLES or (isinstance(message, AIMessage) and message.tool_calls):
        raise UsageError(f"a message of the type {message.type} is about a tool or a role of its own; leave it out")
    blocks = [block for block in message.content if isinstance(block, dict)]
    allowed = ("text", *_THOUGHTS) if message.type == "ai" else ("text",)
    if other := [str(block.get("type")) for block in blocks if block.get("type") not in allowed]:
        raise no_text(f"a message has content of the type {other[0]}")
    return _ROLES[message.type], str(message.text)


def _result(answer: Completion) -> ChatResult:
    used = answer.usage
    usage = UsageMetadata(
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        total_tokens=used.input_tokens + used.output_tokens,
        input_token_details=InputTokenDetails(cache_read=used.cached_tokens),
        output_token_details=OutputTokenDetails(reasoning=used.reasoning_tokens),
    )
    told = {"model_name": answer.by, "finish_reason": _FINISH.get(answer.finish_reason, "unknown")}
    message = AIMessage(
        answer.text,
        usage_metadata=None if used.unmetered else usage,
        response_metadata={**told, "promptkit": account(answer)},
    )
    return ChatResult(generations=[ChatGeneration(message=message)])
