"""pydantic-ai: its models as backends, and a strategy as a model of its agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from promptkit.backend import Backend, require_backend
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    TimedOut,
    Unavailable,
    UnknownModel,
    UsageError,
)
from promptkit.interop.passing import LibraryModel, account, call_usage, no_text, prompt_of, sampling_of, turns_of
from promptkit.providers.hosted.address import Address
from promptkit.redacting import redacted
from promptkit.streaming import emit
from promptkit.types import Completion, FinishReason, Prompt, Role, Usage

try:
    from pydantic_ai import exceptions
    from pydantic_ai.direct import model_request
    from pydantic_ai.messages import FinishReason as TheirFinishReason
    from pydantic_ai.messages import (
        ModelMessage,
        ModelRequest,
        ModelRequestPart,
        ModelResponse,
        SystemPromptPart,
        TextContent,
        TextPart,
        ThinkingPart,
        UserPromptPart,
    )
    from pydantic_ai.models import Model, ModelRequestParameters, infer_model
    from pydantic_ai.profiles import ModelProfile
    from pydantic_ai.settings import ModelSettings
    from pydantic_ai.usage import RequestUsage
except ModuleNotFoundError as error:
    raise UsageError(f"promptkit.interop.pydantic_ai needs {error.name}; pip install pydantic-ai-slim") from None

_FINISH: dict[str | None, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "refusal"}
_THEIRS: dict[FinishReason, TheirFinishReason] = {"stop": "stop", "length": "length", "refusal": "content_filter"}
_ERRORS: tuple[tuple[type[Exception], type[BackendError]], ...] = (  # the first that it is
    (exceptions.ModelAuthenticationError, AuthenticationError),
    (exceptions.ModelNotFoundError, UnknownModel),
    (exceptions.ModelContextWindowExceededError, PromptTooLong),
    (exceptions.ModelRequestRejectedError, InvalidRequest),
    (exceptions.ModelQuotaExceededError, AuthenticationError),
    (exceptions.ModelRateLimitError, RateLimited),
    (exceptions.ModelTimeoutError, TimedOut),
    (exceptions.ModelRequestTimeout, TimedOut),
)
_PASSED_ON = {"temperature": "temperature", "max_tokens": "max_tokens", "stop_sequences": "stop"}
_MESSAGES: Mapping[Role, Callable[[str], ModelMessage]] = {
    "system": lambda text: ModelRequest([SystemPromptPart(text)]),
    "user": lambda text: ModelRequest([UserPromptPart(text)]),
    "assistant": lambda text: ModelResponse([TextPart(text)]),
}
_NOT_SENT = {"request_timeout", "first_event_timeout", "framing_announcement"}  # pydantic-ai itself sees to them


class PydanticAIModel(LibraryModel):
    """A model of pydantic-ai as ours: `PydanticAIModel("openai:gpt-5")`, or of a `Model`.

    Texts, temperature, `max_tokens` and `stop` are passed on; usage and the finish reason come back, and its errors
    are ours. Images, log probabilities, JSON schemas and effort are refused by name.

    Calls: one a prompt.

    Args:
        model: the model, or its name as pydantic-ai has it.
    """

    whose = "pydantic-ai's "

    def __init__(self, model: Model | str) -> None:
        self.model = infer_model(model)

    @property
    def name(self) -> str:
        """As `provider/name`."""
        return f"{self.model.system}/{self.model.model_name}"

    @property
    def endpoint(self) -> str:
        """The base URL without credentials; empty where the model tells none."""
        url = getattr(self.model, "base_url", None)
        return Address.parse(url, self.name).endpoint if isinstance(url, str) else ""

    async def _complete(self, asked: Prompt) -> Completion:
        self.check(asked)
        reply = await model_request(self.model, turns_of(asked, _MESSAGES), model_settings=_settings(asked))
        if other := [p.part_kind for p in reply.parts if not isinstance(p, (TextPart, ThinkingPart))]:
            raise InvalidRequest(f"{self.name} replied with a {other[0]}, and only texts are read", model=self.name)
        return emit(
            Completion(
                text=reply.text or "",
                prompt=asked,
                by=self.name,
                usage=_usage(reply.usage),
                finish_reason=_FINISH.get(reply.finish_reason, "unknown"),
            )
        )

    def _translated(self, error: Exception) -> BackendError:
        if not isinstance(error, exceptions.ModelAPIError):
            return super()._translated(error)
        kind = next((ours for theirs, ours in _ERRORS if isinstance(error, theirs)), Unavailable)
        status = getattr(error, "status_code", None)
        return kind(redacted(f"{self.name}: {error}"), model=self.name, status=status, retry_after=error.retry_after)


def _settings(asked: Prompt) -> ModelSettings:
    settings = ModelSettings()
    if asked.temperature is not None:
        settings["temperature"] = asked.temperature
    if asked.max_tokens is not None:
        settings["max_tokens"] = asked.max_tokens
    if asked.stop:
        settings["stop_sequences"] = list(asked.stop)
    return settings


def _usage(used: RequestUsage) -> Usage:
    if not used.has_values():
        return Usage(calls=1, unmetered=1)
    return call_usage(
        input_tokens=used.input_tokens,
        cached_tokens=used.cache_read_tokens,
        output_tokens=used.output_tokens,
        reasoning_tokens=used.output_reasoning_tokens or used.details.get("reasoning_tokens", 0),
    )


class StrategyModel(Model[None]):
    """A strategy as a model of pydantic-ai: `Agent(StrategyModel(ChainOfThought(model)))`.

    Instructions, the conversation, temperature, `max_tokens` and `stop_sequences` are passed on; the response has the
    usage of all calls together. An `output_type` is asked for in words, or held to by `NativeOutput` where the model
    inside takes a schema. Tools, files and other settings are refused by name; there is no streaming.

    Calls: those of the strategy, for each request.

    Args:
        strategy: the strategy, or a model of ours.
    """

    def __init__(self, strategy: Backend) -> None:
        self._strategy = require_backend(strategy)
        profile = ModelProfile(
            supports_tools=False, supports_json_schema_output=True, default_structured_output_mode="prompted"
        )
        super().__init__(profile=profile)

    @property
    def model_name(self) -> str:
        """The strategy's name."""
        return str(getattr(self._strategy, "name", type(self._strategy).__name__))

    @property
    def system(self) -> str:
        """Who provides it."""
        return "promptkit"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask the strategy.

        Raises:
            UsageError: tools, files or settings that strategies don't take.
            ModelAPIError: a model could not be asked.
            PromptkitError: the strategy failed in another way.
        """
        settings, parameters = self.prepare_request(model_settings, model_request_parameters)
        _refuse_tools(parameters)
        standing: list[tuple[Role, str]] = [
            ("system", part.content) for part in self._get_instruction_parts(messages, parameters) or ()
        ]
        turns = [turn for message in messages for turn in _turns(message)]
        given = {name: value for name, value in (settings or {}).items() if name not in _NOT_SENT}
        prompt = prompt_of(standing + turns, "pydantic-ai", sampling_of(given, _PASSED_ON))
        if parameters.output_mode == "native" and parameters.output_object:
            prompt = prompt.with_schema(parameters.output_object.json_schema)
        try:
            return self._response(await self._strategy.complete(prompt))
        except BackendError as error:
            if error.status is None:
                raise exceptions.ModelAPIError(error.model or self.model_name, str(error)) from error
            raise exceptions.ModelHTTPError(error.status, error.model or self.model_name, str(error)) from error

    def _response(self, answer: Completion) -> ModelResponse:
        used = answer.usage
        usage = RequestUsage(
            input_tokens=used.input_tokens,
            cache_read_tokens=used.cached_tokens,
            output_tokens=used.output_tokens,
            output_reasoning_tokens=used.reasoning_tokens,
            unmeasured_requests=used.unmetered,
        )
        return ModelResponse(
            [TextPart(answer.text)],
            usage=usage,
            model_name=self.model_name,
            provider_name=self.system,
            provider_details=account(answer),
            finish_reason=_THEIRS.get(answer.finish_reason),
        )


def _refuse_tools(parameters: ModelRequestParameters) -> None:
    tools = [tool.name for tool in (*parameters.function_tools, *parameters.output_tools)]
    tools += [tool.kind for tool in parameters.native_tools]
    if tools:
        fact = f"strategies call no tools, and the agent has {', '.join(tools)}"
        raise UsageError(f"{fact}; take them out, and give an output type as PromptedOutput(…)")


def _turns(message: ModelMessage) -> Iterator[tuple[Role, str]]:
    if isinstance(message, ModelRequest):
        yield from (_asked(part) for part in message.parts)
    elif other := [p.part_kind for p in message.parts if not isinstance(p, (TextPart, ThinkingPart))]:
        raise no_text(f"the conversation has a {other[0]}")
    elif text := message.text:
        yield "assistant", text


def _asked(part: ModelRequestPart) -> tuple[Role, str]:
    if isinstance(part, SystemPromptPart):
        return "system", part.content
    if not isinstance(part, UserPromptPart):
        raise no_text(f"the conversation has a {part.part_kind}")
    contents = [part.content] if isinstance(part.content, str) else part.content
    texts = [one.content if isinstance(one, TextContent) else one for one in contents]
    if other := [one for one in texts if not isinstance(one, str)]:
        raise no_text(f"a message has content of the kind {other[0].kind}")
    return "user", "\n".join(map(str, texts))
