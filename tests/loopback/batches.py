"""The batch APIs of OpenAI and Anthropic, as strict as the real ones, in which all that is answered is counted."""

from __future__ import annotations

import email
import json
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback.apis import APIS, Answer, Json, Turns
from tests.loopback.faults import Fault

_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ENDPOINTS = ("/v1/chat/completions", "/v1/responses")
_ANTHROPIC = "/v1/messages/batches"
Fate = str | Fault  # "answered", "expired", "cancelled", or how it failed


@dataclass
class Batch:
    """A batch as it is here: its lines by custom id, and what became of them."""

    name: str
    made: float
    metadata: dict[str, str]
    endpoint: str
    lines: list[Json]
    polls: int
    fault: list[Json] = field(default_factory=list)
    results: dict[str, tuple[Fate, Json]] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.polls <= 0


@dataclass
class Batches:
    """What a server has of batches.

    Attributes:
        polls: how often a batch is asked about until it has ended.
        fate: what becomes of a call, by its body and how often that was asked for before.
        invalid: why a batch of these lines fails as a whole: OpenAI's errors.
        loses: whether the reply to this creation is lost: the connection breaks after it was accepted.
        polled: called when somebody asks how far a batch is.
        page: batches on a page of the list.
        made: all batches, the oldest first.
        uploads: the files.
        requests: method and path of all requests.
    """

    polls: int = 1
    fate: Callable[[Json, int], Fate] = lambda _body, _before: "answered"
    invalid: Callable[[list[Json]], list[Json]] = lambda _lines: []
    loses: Callable[[int], bool] = lambda _number: False
    page: int = 100
    polled: Callable[[], None] = lambda: None
    made: list[Batch] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, path: str) -> bool:
        """Whether the path is one of a batch API."""
        return urlsplit(path).path.startswith(("/v1/files", "/v1/batches", _ANTHROPIC))

    def reply(self, method: str, path: str, headers: dict[str, str], body: bytes, model: Model) -> tuple[int, bytes]:
        """Status and body of the reply to a request; a status of 0 stands for none."""
        with self.lock:
            self.requests.append((method, path))
            place = urlsplit(path)
            query = {name: values[0] for name, values in parse_qs(place.query).items()}
            parts = place.path.removeprefix(_ANTHROPIC).removeprefix("/v1").strip("/").split("/")
            if place.path.startswith(_ANTHROPIC):
                return self._anthropic(method, [p for p in parts if p], query, headers, body, model)
            return self._openai(method, parts, query, headers, body, model)

    def _openai(
        self, method: str, parts: list[str], query: dict[str, str], headers: dict[str, str], body: bytes, model: Model
    ) -> tuple[int, bytes]:
        match method, parts:
            case "POST", ["files"]:
                return self._upload(headers, body)
            case "GET", ["files", name, "content"]:
                return (
                    (200, self.uploads[name]) if name in self.uploads else _error(404, f"No such File object: {name}")
                )
            case "POST", ["batches"]:
                return self._create(json.loads(body), model)
            case "GET", ["batches"]:
                newest = [self._openai_batch(batch) for batch in self._listed()]
                return _json(_page(newest, query.get("after"), self.page))
            case "GET", ["batches", name]:
                found = next((batch for batch in self.made if batch.name == name), None)
                if found is None:
                    return _error(404, f"No batch found with id '{name}'.")
                found.polls -= 1
                self.polled()
                return _json(self._openai_batch(found))
        return _error(404, "no such path")

    def _upload(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        raw = b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n" + body
        fields = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in email.message_from_bytes(raw).walk()
            if not part.is_multipart()
        }
        if fields.get("purpose") != b"batch":
            return _error(400, "'purpose' should be batch")
        name = f"file-{len(self.uploads)}"
        content = fields["file"]
        assert isinstance(content, bytes)
        self.uploads[name] = content
        return _json({"id": name, "object": "file", "bytes": len(content), "created_at": 1, "filename": "f",
                      "purpose": "batch", "status": "processed"})  # fmt: skip

    def _create(self, asked: Json, model: Model) -> tuple[int, bytes]:
        if asked.get("completion_window") != "24h" or asked.get("endpoint") not in _ENDPOINTS:
            return _error(400, "Invalid value for the window or the endpoint.")
        if asked["input_file_id"] not in self.uploads:
            return _error(400, "Invalid 'input_file_id'.")
        lines = [json.loads(line) for line in self.uploads[asked["input_file_id"]].split(b"\n") if line]
        batch = self._batch("batch_", lines, asked.get("metadata") or {}, asked["endpoint"])
        batch.fault = _openai_faults(lines, asked["endpoint"]) or self.invalid(lines)
        if not batch.fault:
            self._work(batch, {line["custom_id"]: line["body"] for line in lines}, model, {})
        return (0, b"") if self.loses(len(self.made)) else _json(self._openai_batch(batch))

    def _openai_batch(self, batch: Batch) -> Json:
        fates = [fate for fate, _ in batch.results.values()]
        cut = {"expired", "cancelled"}.intersection(fate for fate in fates if isinstance(fate, str))
        good = sum(fate == "answered" for fate in fates)
        done, files = batch.ended and not batch.fault, dict[str, str]()
        status = "failed" if batch.fault else "in_progress" if not batch.ended else cut.pop() if cut else "completed"
        if done and f"{batch.name}-output" not in self.uploads:
            self._write_files(batch)
        if done:
            files = {f"{kind}_file_id": f"{batch.name}-{kind}" for kind in ("output", "error")}
            files = {field: name for field, name in files.items() if self.uploads.get(name)}
        counts = {
            "total": len(batch.lines),
            "completed": good if done else 0,
            "failed": len(fates) - good if done else 0,
        }
        errors = {"object": "list", "data": batch.fault} if batch.fault else None
        return {"id": batch.name, "object": "batch", "endpoint": batch.endpoint, "errors": errors, "status": status,
                "input_file_id": "file-0", "completion_window": "24h", "created_at": int(batch.made),
                "request_counts": counts, "metadata": batch.metadata, **files}  # fmt: skip

    def _write_files(self, batch: Batch) -> None:
        answered, failed = list[str](), list[str]()
        for custom_id, (fate, body) in _shuffled(batch.results):
            line: Json = {"id": f"batch_req_{custom_id}", "custom_id": custom_id, "response": None, "error": None}
            if isinstance(fate, Fault) or fate == "answered":
                status = fate.status if isinstance(fate, Fault) else 200
                line["response"] = {"status_code": status, "request_id": "req-1", "body": body}
            else:
                line["error"] = {"code": f"batch_{fate}", "message": "This request could not be executed."}
            (answered if fate == "answered" else failed).append(json.dumps(line, ensure_ascii=False))
        for kind, lines in (("output", answered), ("error", failed)):
            self.uploads[f"{batch.name}-{kind}"] = "".join(f"{line}\n" for line in lines).encode()

    def _anthropic(
        self, method: str, parts: list[str], query: dict[str, str], headers: dict[str, str], body: bytes, model: Model
    ) -> tuple[int, bytes]:
        host = headers["host"]
        match method, parts:
            case "POST", []:
                requests = json.loads(body)["requests"]
                if fault := _anthropic_fault(requests):
                    return _json(APIS["/v1/messages"].error(400, fault, "invalid_request_error"), 400)
                batch = self._batch("msgbatch_", requests, {}, "/v1/messages")
                self._work(batch, {r["custom_id"]: r["params"] for r in requests}, model, headers)
                return (0, b"") if self.loses(len(self.made)) else _json(_anthropic_batch(batch, host))
            case "GET", []:
                newest = [_anthropic_batch(batch, host) for batch in self._listed()]
                return _json(_page(newest, query.get("after_id"), self.page))
        found = next((batch for batch in self.made if batch.name == parts[0]), None)
        if found is None:
            return _json(APIS["/v1/messages"].error(404, "Batch not found", "not_found_error"), 404)
        if parts[1:] == ["results"]:
            return 200, _anthropic_results(found)
        found.polls -= 1
        self.polled()
        return _json(_anthropic_batch(found, host))

    def _listed(self) -> list[Batch]:
        """The newest first; asking for a list is asking how far they are."""
        for batch in self.made:
            batch.polls -= 1
        return self.made[::-1]

    def _batch(self, prefix: str, lines: list[Json], metadata: dict[str, str], endpoint: str) -> Batch:
        batch = Batch(f"{prefix}{len(self.made)}", time.time(), metadata, endpoint, lines, self.polls)
        self.made.append(batch)
        return batch

    def _work(self, batch: Batch, bodies: dict[str, Json], model: Model, headers: dict[str, str]) -> None:
        """Answer the calls: each answer is paid for."""
        for custom_id, body in bodies.items():
            known = json.dumps(body, sort_keys=True)
            before = self.asked.get(known, 0)
            self.asked[known] = before + 1
            fate = self.fate(body, before)
            if fate == "answered" and (refused := model.refuses(batch.endpoint, headers, body)):
                fate = refused
            api = APIS[batch.endpoint]
            if isinstance(fate, Fault):
                batch.results[custom_id] = fate, api.error(fate.status, fate.message, fate.code)
            elif fate == "answered":
                batch.results[custom_id] = fate, api.reply(body, Answer(model.answer(api.turns(body))))
            else:
                batch.results[custom_id] = fate, {}


@dataclass(frozen=True)
class Model:
    """Who answers: with a text, or not at all."""

    answer: Callable[[Turns], str]
    refuses: Callable[[str, dict[str, str], Json], Fault | None]


def _openai_faults(lines: list[Json], endpoint: str) -> list[Json]:
    found = []
    seen = set[str]()
    for number, line in enumerate(lines, 1):
        custom_id, body = line.get("custom_id", ""), line.get("body", {})
        usable = line.keys() == {"custom_id", "method", "url", "body"} and line["method"] == "POST"
        if not usable or line["url"] != endpoint:
            found.append({"code": "invalid_url", "line": number, "message": "no such request", "param": None})
        if custom_id in seen or not custom_id:
            found.append({"code": "duplicate_custom_id", "line": number, "message": "not unique", "param": None})
        if body.get("stream") or body.get("model") != lines[0]["body"]["model"]:
            found.append({"code": "mismatched_model", "line": number, "message": "another model", "param": "model"})
        seen.add(custom_id)
    return found or ([] if lines else [{"code": "empty_file", "message": "The input file is empty.", "line": None}])


def _anthropic_fault(requests: list[Json]) -> str:
    ids = [request["custom_id"] for request in requests]
    if not ids or len(set(ids)) < len(ids) or not all(map(_CUSTOM_ID.fullmatch, ids)):
        return "requests: custom_id must be unique, of 1 to 64 characters [a-zA-Z0-9_-]"
    if any(request.keys() != {"custom_id", "params"} or request["params"].get("stream") for request in requests):
        return "requests: Extra inputs are not permitted"
    return ""


def _anthropic_batch(batch: Batch, host: str) -> Json:
    kinds = {"answered": "succeeded", "expired": "expired", "cancelled": "canceled"}
    counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
    for fate, _ in batch.results.values():
        counts["errored" if isinstance(fate, Fault) else kinds[fate]] += 1
    if not batch.ended:
        counts = {**dict.fromkeys(counts, 0), "processing": len(batch.lines)}
    url = f"http://{host}{_ANTHROPIC}/{batch.name}/results" if batch.ended else None
    made = datetime.fromtimestamp(batch.made, UTC).isoformat()
    return {"id": batch.name, "type": "message_batch", "processing_status": "ended" if batch.ended else "in_progress",
            "request_counts": counts, "created_at": made, "expires_at": made, "ended_at": None, "results_url": url,
            "cancel_initiated_at": None, "archived_at": None}  # fmt: skip


def _anthropic_results(batch: Batch) -> bytes:
    lines = []
    for custom_id, (fate, body) in _shuffled(batch.results):
        if isinstance(fate, Fault):
            result: Json = {"type": "errored", "error": body}
        elif fate == "answered":
            result = {"type": "succeeded", "message": body}
        else:
            result = {"type": {"cancelled": "canceled"}.get(fate, fate)}
        lines.append(json.dumps({"custom_id": custom_id, "result": result}, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def _shuffled(results: dict[str, Any]) -> list[tuple[str, Any]]:
    """Results come in any order."""
    listed = list(results.items())
    random.Random(len(listed)).shuffle(listed)
    return listed


def _page(newest: list[Json], after: str | None, size: int) -> Json:
    start = next((place + 1 for place, batch in enumerate(newest) if batch["id"] == after), 0)
    page = newest[start : start + size]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": None, "last_id": None}
    return {"object": "list", "data": page, "has_more": start + size < len(newest), **ends}


def _json(value: Json, status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps(value).encode()


def _error(status: int, message: str) -> tuple[int, bytes]:
    return _json(APIS["/v1/chat/completions"].error(status, message, "invalid_request_error"), status)
