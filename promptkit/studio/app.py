"""The page's server: what each address answers."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from promptkit.errors import PromptkitError, UsageError
from promptkit.studio.desk import Desk
from promptkit.studio.requests import Asking, Comparing, Keeping, Pair, Reading, Wording
from promptkit.types import Value

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY_OF_RUN = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # its page has a stricter one of its own
_REFUSED = 422

Body = TypeVar("Body", bound=Value)
Endpoint = Callable[[Request], Any]


def studio_app(desk: Desk) -> Starlette:
    """The application; `promptkit.studio.guard.Guard` decides who may ask it."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await desk.aclose()

    async def ask(request: Request) -> Response:
        wanted = await _body(request, Asking)
        events = await run_in_threadpool(desk.ask, wanted)
        return StreamingResponse(_lines(events), media_type="application/x-ndjson")

    async def compare(request: Request) -> Response:
        return JSONResponse(await desk.compare(await _body(request, Comparing)))

    async def comparison(request: Request) -> Response:
        return JSONResponse(desk.stop() if request.method == "DELETE" else desk.comparison())

    async def run(request: Request) -> Response:
        file = await run_in_threadpool(desk.page, request.path_params["path"])
        return FileResponse(file, media_type="text/html", headers={"Content-Security-Policy": POLICY_OF_RUN})

    async def state(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(desk.state))

    return Starlette(
        routes=[
            Route("/", _file(PAGE / "index.html")),
            *(Route(f"/page/{file.name}", _file(file)) for file in PAGE.iterdir() if file.suffix in TYPES),
            Route("/state", state),
            Route("/read", _post(Reading, desk.read), methods=["POST"]),
            Route("/keep", _post(Keeping, desk.keep), methods=["POST"]),
            Route("/render", _post(Wording, desk.render), methods=["POST"]),
            Route("/difference", _post(Pair, desk.difference), methods=["POST"]),
            Route("/estimate", _post(Asking, desk.estimate), methods=["POST"]),
            Route("/ask", ask, methods=["POST"]),
            Route("/forecast", _post(Comparing, desk.forecast), methods=["POST"]),
            Route("/compare", compare, methods=["POST"]),
            Route("/comparison", comparison, methods=["GET", "DELETE"]),
            Route("/run/{path:path}", run),
        ],
        exception_handlers={PromptkitError: _refused},
        lifespan=lifespan,
    )


def _file(file: Path) -> Endpoint:
    async def send(_: Request) -> Response:
        return FileResponse(file, media_type=TYPES[file.suffix])

    return send


def _post(kind: type[Body], answer: Callable[[Body], dict[str, Any]]) -> Endpoint:
    """An address that takes a JSON object of this kind and answers with another, in a thread of its own."""

    async def posted(request: Request) -> Response:
        body = await _body(request, kind)
        return JSONResponse(await run_in_threadpool(answer, body))

    return posted


async def _body(request: Request, kind: type[Body]) -> Body:
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"the page sent an invalid value: {where}: {first['msg']}") from None


async def _refused(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=_REFUSED)


async def _lines(events: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    """One JSON object a line. What can't be begun is an event, too."""
    try:
        async with contextlib.aclosing(events) as reading:  # type: ignore[type-var]  # it is a generator
            async for event in reading:
                yield json.dumps(event) + "\n"
    except PromptkitError as error:
        yield json.dumps({"kind": "error", "message": str(error)}) + "\n"
