"""The application: the served names, and the two APIs that ask them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from promptkit.backend import Backend
from promptkit.errors import PromptkitError, UsageError
from promptkit.logs import logger
from promptkit.serving.access import Access, body_of
from promptkit.serving.as_json import Reply
from promptkit.serving.asked import Asked, read_chat, read_responses
from promptkit.serving.chat import Chat
from promptkit.serving.failures import Failure, failure_of
from promptkit.serving.fields import Refused
from promptkit.serving.metrics import Metrics
from promptkit.serving.pieces import Piece, answer_pieces
from promptkit.serving.responses import Response as Replied
from promptkit.serving.served import Calls, Limits
from promptkit.streams import Stream, stream
from promptkit.types import Completion

CLIENT_LEFT = 499
_ALIVE_SECONDS = 15.0  # a stream that says nothing for so long sends a comment, so that nobody on the way hangs up
_log = logger("serving")


@dataclass(frozen=True)
class Api:
    """One API: how it is asked, and how it replies."""

    name: str
    read: Callable[[object], Asked]
    reply: Callable[[Asked], Chat | Replied]


CHAT, RESPONSES = Api("chat", read_chat, Chat), Api("responses", read_responses, Replied)


@dataclass(frozen=True)
class Service:
    """What is served.

    Attributes:
        strategies: by their served names.
        limits: of each request.
        access: who may ask.
        shows_steps: whether the steps before the answer are sent as reasoning text.
        close: lets go of the models at the end.
    """

    strategies: Mapping[str, Backend]
    limits: Limits
    access: Access
    shows_steps: bool = False
    close: Callable[[], Any] | None = None
    metrics: Metrics = field(default_factory=Metrics)
    made: int = field(default_factory=lambda: int(time.time()))


def service_app(service: Service) -> Starlette:
    """The application that answers for `service`."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        if service.close is not None:
            await service.close()

    return Starlette(
        routes=[
            Route("/v1/chat/completions", partial(_answer, service, CHAT), methods=["POST"]),
            Route("/v1/responses", partial(_answer, service, RESPONSES), methods=["POST"]),
            Route("/v1/models", partial(_guarded, service, _models)),
            Route("/v1/models/{name:path}", partial(_guarded, service, _model)),
            Route("/metrics", partial(_guarded, service, _metrics)),
            Route("/health", _health),
        ],
        exception_handlers={404: _unknown_address},
        lifespan=lifespan,
    )


async def _answer(service: Service, api: Api, request: Request) -> Response:
    """Answer a request of one of the two APIs; a mistake in it is reported before anything is asked."""
    try:
        service.access.check(request)
        asked, limits = _understood(service, api, await body_of(request), request)
        strategy = _limited(service.strategies[asked.model], limits)
    except Refused as refusal:
        service.metrics.ended("", api.name, refusal.status)
        _log.info("a request by %s was refused: %d", api.name, refusal.status)
        return _failed(failure_of(refusal))
    pieces = stream(strategy, asked.prompt, seconds=limits.seconds)
    answering = _Answering(service, api, asked, strategy, pieces)
    return await (answering.streamed() if asked.streamed else _unless_left(request, answering))


def _understood(service: Service, api: Api, body: bytes, request: Request) -> tuple[Asked, Limits]:
    try:
        asked = api.read(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise Refused(f"the request is not JSON: {error}") from None
    if asked.model not in service.strategies:
        known = ", ".join(service.strategies)
        raise Refused(f"no model {asked.model!r} is served here; there are {known}", status=404, code="model_not_found")
    limits = service.limits.lowered(
        calls=_number(request, "x-promptkit-max-calls", int),
        cost=_number(request, "x-promptkit-max-cost", float),
        seconds=_number(request, "x-promptkit-seconds", float),
    )
    if asked.prompt.max_tokens is None and limits.tokens is not None:
        prompt = asked.prompt.model_copy(update={"max_tokens": limits.tokens})
        asked = Asked(asked.model, prompt, asked.streamed, asked.usage_wanted)
    return asked, limits


def _limited(strategy: Backend, limits: Limits) -> Backend:
    try:
        return Calls(limits).within(strategy)
    except UsageError as error:  # dollars, and a model whose price is not known
        raise Refused(str(error), parameter="x-promptkit-max-cost") from None


def _number(request: Request, header: str, kind: type[int] | type[float]) -> Any:  # noqa: ANN401 - int or float
    text = request.headers.get(header)
    if text is None:
        return None
    try:
        if (value := kind(text)) > 0:
            return value
    except ValueError:
        pass
    raise Refused(f"the header {header} must be a positive number, got {text[:40]!r}", parameter=header)


async def _unless_left(request: Request, answering: _Answering) -> Response:
    """The whole reply; a client that leaves ends its calls."""
    answer, leaving = asyncio.ensure_future(answering.whole()), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answering.count(CLIENT_LEFT)
        return Response(status_code=CLIENT_LEFT)
    finally:
        leaving.cancel()
        answer.cancel()
        await asyncio.gather(answer, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Answering:
    """One request, from its first call to the end of its reply."""

    def __init__(self, service: Service, api: Api, asked: Asked, strategy: Backend, pieces: Stream) -> None:
        self._service, self._api, self._asked = service, api, asked
        self._strategy, self._pieces = strategy, pieces
        self._reply = api.reply(asked)
        self._began = time.perf_counter()

    async def whole(self) -> Response:
        """The reply as one object."""
        steps: list[str] = []
        try:
            async with self._counted(), self._pieces:
                async for piece in answer_pieces(self._strategy, self._pieces):
                    if isinstance(piece, Completion):
                        self.count(200)
                        shown = "".join(steps).strip() if self._service.shows_steps else ""
                        headers = {"x-promptkit-calls": str(piece.usage.calls)}
                        return Reply(self._reply.body(piece, shown), headers=headers)
                    if piece.is_step:
                        steps.append(piece.text)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            return _failed(self._failure(error), calls=self._pieces.usage.calls)
        raise RuntimeError("a stream ended without its completion")

    async def streamed(self) -> Response:
        """The reply as events. What fails before the first of them has a status of its own."""
        events = self._events()
        try:
            first = await anext(events)
        except PromptkitError as error:
            return _failed(self._failure(error), calls=self._pieces.usage.calls)
        return StreamingResponse(_going_on(first, events), media_type="text/event-stream", headers=_STREAM_HEADERS)

    async def _events(self) -> AsyncIterator[str]:
        began = False
        try:
            async with self._counted(), self._pieces:
                async for piece in answer_pieces(self._strategy, self._pieces):
                    began = True
                    for event in self._of(piece):
                        yield event
            self.count(200)
        except Exception as error:
            if not began and isinstance(error, PromptkitError):
                raise
            for event in self._reply.broken(self._failure(error)):
                yield event
        except BaseException:  # the client left
            self.count(CLIENT_LEFT)
            raise

    def _of(self, piece: Piece | Completion) -> list[str]:
        if isinstance(piece, Completion):
            return list(self._reply.end(piece))
        if piece.is_step and not self._service.shows_steps:
            piece = Piece("")
        return list(self._reply.piece(piece))

    def _failure(self, error: Exception) -> Failure:
        failure = failure_of(error)
        self.count(failure.status)
        if not isinstance(error, PromptkitError):
            frames = traceback.extract_tb(error.__traceback__)[-3:]  # its message may quote what was said
            places = ", from ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
            _log.error("a request for %s failed: %s at %s", self._asked.model, type(error).__name__, places)
        return failure

    def count(self, status: int) -> None:
        """Count how it ended."""
        self._service.metrics.ended(self._asked.model, self._api.name, status)
        seconds, calls = time.perf_counter() - self._began, self._pieces.usage.calls
        _log.info("%s by %s: %d, %d calls, %.2f s", self._asked.model, self._api.name, status, calls, seconds)

    @contextlib.asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        with self._service.metrics.in_flight(self._asked.model):
            try:
                yield
            finally:
                self._service.metrics.spent(self._asked.model, self._pieces.usage)


_STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def _going_on(first: str, events: AsyncIterator[str]) -> AsyncIterator[str]:
    """The events, and a comment where none comes for a while."""
    yield first
    coming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait((coming,), timeout=_ALIVE_SECONDS)
            if not done:
                yield ": still at it\n\n"
                continue
            event = coming.result()
            if event is None:
                return
            yield event
            coming = asyncio.ensure_future(anext(events, None))
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def _guarded(service: Service, answer: Callable[[Service, Request], Response], request: Request) -> Response:
    try:
        service.access.check(request)
    except Refused as refusal:
        return _failed(failure_of(refusal))
    return answer(service, request)


def _models(service: Service, _request: Request) -> Response:
    return Reply({"object": "list", "data": [_as_model(service, name) for name in service.strategies]})


def _model(service: Service, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in service.strategies:
        return _failed(failure_of(Refused(f"no model {name!r} is served here", status=404, code="model_not_found")))
    return Reply(_as_model(service, name))


def _as_model(service: Service, name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": service.made, "owned_by": "promptkit"}


def _metrics(service: Service, _request: Request) -> Response:
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


async def _health(_request: Request) -> Response:
    return Reply({"status": "ok"})


async def _unknown_address(_request: Request, _error: Exception) -> Response:
    message = "there is no such address; ask /v1/chat/completions or /v1/responses"
    return _failed(failure_of(Refused(message, status=404, code="not_found")))


def _failed(failure: Failure, *, calls: int = 0) -> Response:
    headers = failure.headers | {"x-promptkit-calls": str(calls)}
    return Reply(failure.body, status_code=failure.status, headers=headers)
