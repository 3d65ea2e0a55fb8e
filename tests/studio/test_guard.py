import asyncio

import httpx2
import pytest

pytest.importorskip("starlette", reason="the page needs the extra `studio`")

from starlette.responses import PlainTextResponse

from promptkit.studio.guard import POLICY, Guard

TOKEN = "t0ken"
OWN = "http://127.0.0.1:8000"


class Client:
    """Sends requests as a browser does, to a page that answers with its own content."""

    def __init__(self, *, host="127.0.0.1", port=8000):
        self.guard = Guard(PlainTextResponse("the page"), token=TOKEN, host=host, port=port)

    def send(self, method="GET", path="/", *, base=OWN, cookie=TOKEN, **headers):
        async def once():
            transport = httpx2.ASGITransport(self.guard)
            async with httpx2.AsyncClient(transport=transport, base_url=base) as client:
                sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
                if cookie:
                    sent["cookie"] = f"promptkit_studio_8000={cookie}".encode()
                return await client.request(method, path, headers=sent, content=b"{}" if method == "POST" else None)

        return asyncio.run(once())


@pytest.fixture
def client():
    return Client()


def test_without_the_token_nothing_is_answered(client):
    assert (client.send().status_code, client.send().text) == (200, "the page")
    for cookie in ("", "other", TOKEN + "x", "t0kén"):
        refused = client.send(cookie=cookie)
        assert (refused.status_code, "the page" in refused.text) == (403, False)


def test_the_address_with_the_token_gives_the_cookie_that_scripts_and_other_sites_cannot_have(client):
    entered = client.send(path=f"/?token={TOKEN}", cookie="")
    assert entered.status_code == 200
    assert entered.headers["set-cookie"] == f"promptkit_studio_8000={TOKEN}; HttpOnly; SameSite=Strict; Path=/"
    assert client.send(path="/?token=other", cookie="").status_code == 403
    assert "set-cookie" not in client.send().headers


def test_a_ticket_lets_in_once(client):
    ticket = client.guard.ticket()
    assert client.send(path=f"/?token={ticket}", cookie="").status_code == 200
    assert client.send(path=f"/?token={ticket}", cookie="").status_code == 403


@pytest.mark.parametrize(
    "base", ["http://evil.example:8000", "http://localhost.evil.example:8000", f"{OWN}0", "http://127.0.0.1"]
)
def test_under_another_name_nothing_is_answered_so_that_a_rebound_name_is_of_no_use(client, base):
    assert client.send(base=base).status_code == 403
    assert client.send(path=f"/?token={TOKEN}", base=base).status_code == 403


@pytest.mark.parametrize("base", ["http://127.0.0.1", "http://localhost", "http://[::1]"])
def test_at_port_80_the_server_is_known_by_its_name_alone(base):
    assert Client(port=80).send(path=f"/?token={TOKEN}", base=base, cookie="").status_code == 200


@pytest.mark.parametrize("base", [OWN, "http://localhost:8000", "http://[::1]:8000"])
def test_every_name_of_this_machine_is_its_own(client, base):
    assert client.send(base=base).status_code == 200
    assert client.send("POST", base=base, origin=base).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:9000", "https://127.0.0.1:8000", "null", None]
)
def test_another_page_cannot_send_anything_even_with_the_cookie(client, origin):
    assert client.send("POST", origin=origin).status_code == 403
    assert client.send("DELETE", origin=origin).status_code == 403
    assert client.send("POST", f"/?token={TOKEN}", origin=origin).status_code == 403


def test_another_site_cannot_load_anything_but_the_page_of_who_has_the_token(client):
    assert client.send(sec_fetch_site="cross-site").status_code == 403
    assert client.send(sec_fetch_site="same-site").status_code == 403
    assert client.send(path=f"/?token={TOKEN}", sec_fetch_site="cross-site").status_code == 200
    assert client.send(sec_fetch_site="same-origin").status_code == 200


def test_a_request_that_is_too_long_is_refused_before_it_is_read(client):
    assert client.send("POST", origin=OWN, content_length="4000001").status_code == 403
    assert client.send("POST", origin=OWN, content_length="x").status_code == 403


def test_every_answer_keeps_the_page_to_itself(client):
    for answer in (client.send(), client.send(cookie="")):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    assert POLICY.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_a_server_for_other_machines_is_known_by_addresses_and_its_own_name_alone():
    everywhere = Client(host="0.0.0.0")
    assert everywhere.send(base="http://192.168.0.7:8000").status_code == 200
    assert everywhere.send(base="http://evil.example:8000").status_code == 403
    named = Client(host="box.lan")
    assert named.send(base="http://box.lan:8000").status_code == 200
    assert named.send(base="http://evil.example:8000").status_code == 403
