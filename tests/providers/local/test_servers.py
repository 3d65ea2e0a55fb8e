import http.server
import json
import threading
import time

import pytest

from promptkit.providers.local.servers import ServedModel, served_models
from tests.loopback.raw import RawServer

OLLAMA = {
    "/api/tags": {"models": [{"name": "llama3.2:3b", "size": 2_000, "details": {"quantization_level": "Q4_K_M"}}]},
    "/api/show": {"model_info": {"general.architecture": "llama", "llama.context_length": 131072}},
}
LM_STUDIO = {
    "/api/v0/models": {
        "data": [
            {"id": "qwen3-4b", "type": "llm", "quantization": "4bit", "max_context_length": 32768},
            {"id": "nomic", "type": "embeddings"},
        ]
    }
}
LLAMA_CPP = {"/v1/models": {"data": [{"id": "m.gguf", "meta": {"n_ctx_train": 8192, "size": 77}}]}}
VLLM = {"/v1/models": {"data": [{"id": "org/m", "max_model_len": 4096}]}}


@pytest.fixture
def serve():
    """Starts a server that answers paths with JSON, and returns its base URL."""
    running = []

    def serve(answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                found = answers.get(self.path)
                self.send_response(404 if found is None else 200)
                self.end_headers()
                self.wfile.write(found if isinstance(found, bytes) else json.dumps(found).encode())

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def test_each_kind_of_server_is_asked_in_its_own_way(serve):
    where = {
        "ollama": serve(OLLAMA),
        "lmstudio": serve(LM_STUDIO),
        "llamacpp": serve(LLAMA_CPP),
        "vllm": serve(VLLM),
    }
    assert served_models(where) == {
        "ollama": [
            ServedModel(
                model="ollama/llama3.2:3b", where=where["ollama"], size=2000, quantisation="Q4_K_M", context=131072
            )
        ],
        "lmstudio": [
            ServedModel(model="lmstudio/qwen3-4b", where=where["lmstudio"], quantisation="4bit", context=32768)
        ],
        "llamacpp": [ServedModel(model="llamacpp/m.gguf", where=where["llamacpp"], size=77, context=8192)],
        "vllm": [ServedModel(model="vllm/org/m", where=where["vllm"], context=4096)],
    }


@pytest.mark.parametrize(
    "answer", [None, b"<html>", b"[]", b'{"data": null}', b'{"data": [{}]}', b"[" * 100_000, b"\xff"]
)
def test_another_program_on_the_port_is_no_model_server(serve, answer):
    assert served_models({"vllm": serve({"/v1/models": answer})}) == {"vllm": None}


def test_where_nobody_listens_there_is_no_server():
    assert served_models({"ollama": "http://127.0.0.1:9/v1"}) == {"ollama": None}


def test_only_this_machine_and_only_servers_of_models_are_asked():
    assert served_models({"ollama": "http://192.0.2.1:11434/v1", "openai": "http://127.0.0.1:9/v1"}) == {}


def test_a_server_whose_reply_has_no_end_is_no_model_server():
    def dripping():
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b" "
            time.sleep(0.05)

    with RawServer(dripping) as server:
        assert served_models({"vllm": server.openai_url}) == {"vllm": None}
