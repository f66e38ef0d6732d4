"""Where requests to a room may come from, what a cookie can and cannot do, and how often one may guess."""

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from chatbox.app.rooms.entering import own_names
from chatbox.app.rooms.ways import Way
from chatbox.rooms import guesses
from chatbox.rooms.guesses import Guesses
from chatbox.transports.rooms.entrance import Entrance

from tests.rooms.scene import HEADER, PASSWORD, Scene, a_room
from tests.support.clocks import ManualClock

COOKIE = re.compile(r"(room_\d+_main)=([\w-]{43}); HttpOnly; Max-Age=604800; Path=/; SameSite=strict")


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with a_room() as found:
        yield found


# Host.

HOSTS = {
    "127.0.0.1:{port}": True,
    "localhost:{port}": True,
    "LOCALHOST:{port}": True,
    "[::1]:{port}": True,
    "[0:0:0:0:0:0:0:1]:{port}": True,
    "127.0.0.1": False,
    "127.0.0.1:{other}": False,
    "evil.example:{port}": False,
    "evil.example": False,
    "127.0.0.1.evil.example:{port}": False,
    "localhost.:{port}": False,
    "0.0.0.0:{port}": False,
    "user@127.0.0.1:{port}": False,
    "::1:{port}": False,
    "": False,
}


@pytest.mark.parametrize("host", HOSTS)
async def test_a_request_names_this_machine(scene: Scene, host: str) -> None:
    named = host.format(port=scene.entered.port, other=scene.entered.port + 1)
    for path in ("/messages", "/health", "/", "/rooms/main/messages"):
        answer = await scene.client.get(path, headers={"Host": named})
        assert answer.status_code == (200 if HOSTS[host] else 403)
    posted = await scene.client.post("/messages", json={"text": "x"}, headers={"Host": named})
    assert posted.status_code == (200 if HOSTS[host] else 403)
    assert scene.room.log.total == (1 if HOSTS[host] else 0)


async def test_with_host_the_machines_own_names_are_taken_and_no_others() -> None:
    async with a_room(way=Way(host="0.0.0.0")) as scene:  # noqa: S104 - what is tested
        names = own_names("0.0.0.0")  # noqa: S104
        assert len(names) > 2
        for name in sorted(names):
            host = f"[{name}]" if ":" in name else name
            answer = await scene.client.get("/messages", headers={"Host": f"{host}:{scene.entered.port}"})
            assert answer.status_code == 200, name
        answer = await scene.client.get("/messages", headers={"Host": f"evil.example:{scene.entered.port}"})
        assert answer.status_code == 403
        assert not scene.entered.url.startswith("http://0.0.0.0")


async def test_a_proxys_name_can_be_allowed() -> None:
    async with a_room(way=Way(hosts=("rooms.example",))) as scene:
        for host, status in {"rooms.example": 200, "Rooms.Example": 200, "rooms.example:80": 403}.items():
            assert (await scene.client.get("/messages", headers={"Host": host})).status_code == status


def test_port_80_needs_no_number() -> None:
    assert Entrance(80).admits(["localhost"])
    assert not Entrance(8765).admits(["localhost"])
    assert not Entrance(80).admits(["localhost", "localhost"])
    assert not Entrance(80).admits([])


# The page's cookie.


@asynccontextmanager
async def signed_in(scene: Scene) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that showed the password on the room's page."""
    async with scene.stranger(Origin=f"http://127.0.0.1:{scene.entered.port}") as browser:
        answer = await browser.post("/session", json={"password": PASSWORD})
        assert answer.status_code == 204
        assert COOKIE.fullmatch(answer.headers["set-cookie"])
        yield browser


async def test_the_password_becomes_a_cookie_that_opens_the_room(scene: Scene) -> None:
    async with signed_in(scene) as browser:
        assert (await browser.get("/about")).json() == {"name": "Main", "live": "stream"}
        assert (await browser.post("/messages", json={"agent": "me", "text": "hi"})).status_code == 200
        assert (await browser.get("/messages/poll")).json()["next"] == 1
    async with scene.stranger() as stranger:
        for path in ("/about", "/messages", "/messages/poll", "/messages/stream"):
            assert (await stranger.get(path)).status_code == 401


async def test_under_its_prefix_the_cookie_stays_below_the_rooms_path(scene: Scene) -> None:
    origin = f"http://127.0.0.1:{scene.entered.port}"
    async with scene.stranger(Origin=origin) as browser:
        answer = await browser.post("/rooms/main/session", json={"password": PASSWORD})
        assert "Path=/rooms/main/;" in answer.headers["set-cookie"]
        assert (await browser.get("/rooms/main/messages")).status_code == 200
        assert (await browser.get("/messages")).status_code == 401


async def test_a_cookie_of_one_room_opens_no_other(scene: Scene) -> None:
    scene.rooms.open("Other", "another one", "other")
    async with signed_in(scene) as browser:
        ((name, token),) = browser.cookies.items()
        port = scene.entered.port
        browser.cookies.set(f"room_{port}_other", token)
        assert (await browser.get("/rooms/other/messages")).status_code == 401
        browser.cookies.set(name, token[:-1] + "_")


FOREIGN = {
    "another port": {"Origin": "http://127.0.0.1:{other}", "Sec-Fetch-Site": "same-site"},
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a sandbox": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "another name of this machine": {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "cross-site"},
    "no word about it": {"Origin": ""},
}


@pytest.mark.parametrize("whence", FOREIGN)
async def test_a_cookie_authorises_nothing_that_comes_from_elsewhere(scene: Scene, whence: str) -> None:
    headers = {k: v.format(port=scene.entered.port, other=1) for k, v in FOREIGN[whence].items()}
    async with signed_in(scene) as browser:
        for path in ("/messages", "/messages/poll", "/messages/stream", "/about"):
            answer = await browser.get(path, headers=headers)
            assert answer.status_code == 401, path
        posted = await browser.post("/messages", json={"text": "forged"}, headers=headers)
        assert posted.status_code == 401
        assert (await browser.post("/session", json={"password": PASSWORD}, headers=headers)).status_code == 403
    assert scene.room.log.total == 0


async def test_an_image_or_a_form_of_another_page_gets_nothing_by_the_cookie(scene: Scene) -> None:
    async with signed_in(scene) as browser:
        del browser.headers["Origin"]
        for site in ("cross-site", "same-site", "none"):
            # Subresources and links send no Origin; where they come from stands here.
            assert (await browser.get("/messages", headers={"Sec-Fetch-Site": site})).status_code == 401
        # A browser without these headers still puts an Origin on every POST.
        assert (await browser.post("/messages", json={"text": "forged"})).status_code == 401
        assert (await browser.get("/messages")).status_code == 200
    assert scene.room.log.total == 0


async def test_any_page_may_ask_with_the_password_in_the_header(scene: Scene) -> None:
    """As in the original: whoever knows the password needs no cookie."""
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    preflight = await scene.client.options("/messages", headers=headers)
    assert preflight.headers["access-control-allow-headers"] == "Content-Type, X-Room-Password"
    posted = await scene.client.post("/messages", json={"text": "x"}, headers=headers)
    assert posted.status_code == 200
    assert posted.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in posted.headers


async def test_the_page_holds_nothing_and_loads_nothing_from_elsewhere(scene: Scene) -> None:
    async with scene.stranger() as stranger:
        page = await stranger.get("/")
        assert page.status_code == 200
        assert PASSWORD not in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "<script>" not in page.text
        redirected = await stranger.get("/rooms/main")
        assert (redirected.status_code, redirected.headers["location"]) == (307, "main/")
        assert (await stranger.get("/assets/../pins.json")).status_code == 404
        assert (await stranger.get("/assets/chatbox.js")).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"nonsense", b'{"password": 1}', b'{"password": null}'])
async def test_a_session_needs_a_password_in_json(scene: Scene, body: bytes) -> None:
    origin = f"http://127.0.0.1:{scene.entered.port}"
    async with scene.stranger(Origin=origin) as browser:
        answer = await browser.post("/session", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        plain = await browser.post("/session", content=b'{"password": "x"}', headers={"Content-Type": "text/plain"})
        assert plain.status_code == 403


# Guessing.


async def test_five_different_wrong_passwords_a_minute_and_no_more_are_looked_at(scene: Scene) -> None:
    async with scene.stranger() as stranger:
        answers = [await stranger.get("/messages", headers={HEADER: f"guess {n}"}) for n in range(8)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
        assert answers[-1].headers["retry-after"] == "60"
        right = await stranger.get("/messages", headers={HEADER: PASSWORD})
        assert right.status_code == 429
        by_page = await stranger.post(
            "/session", json={"password": PASSWORD}, headers={"Origin": f"http://127.0.0.1:{scene.entered.port}"}
        )
        assert by_page.status_code == 429
        scene.clock.advance(61)
        assert (await stranger.get("/messages", headers={HEADER: PASSWORD})).status_code == 200


async def test_the_same_wrong_password_again_and_again_locks_nobody_out(scene: Scene) -> None:
    """A client with a mistyped password asks on and on, from the machine where others are right."""
    async with scene.stranger() as stranger:
        for _ in range(50):
            assert (await stranger.get("/messages", headers={HEADER: "mistyped"})).status_code == 401
    assert (await scene.client.get("/messages")).status_code == 200


def test_of_ten_thousand_guesses_from_everywhere_few_are_looked_at() -> None:
    clock = ManualClock()
    found = Guesses(clock.elapsed)
    found.knew("a guest")
    looked_at = 0
    for number in range(10_000):
        source, guess = f"source {number}", b"guess %d" % number
        if not found.is_known_wrong(guess) and found.wait_seconds(source) == 0:
            looked_at += 1
            found.missed(source, guess)
    assert looked_at == guesses.FROM_EVERYWHERE
    # Who knew the password before is not kept out by what others try.
    assert found.wait_seconds("a guest") == 0
    assert found.wait_seconds("somebody new") > 0


def test_what_guessing_makes_a_room_remember_is_bounded() -> None:
    clock = ManualClock()
    found = Guesses(clock.elapsed)
    for number in range(5_000):
        clock.advance(61)
        found.missed(f"source {number}", b"guess %d" % number)
        found.knew(f"guest {number}")
    held = vars(found)
    sizes = [len(held[name]) for name in ("_missed", "_wrong", "_guests")]
    assert sizes == [guesses.FROM_EVERYWHERE, guesses.REMEMBERED, guesses.GUESTS]


async def test_each_room_counts_its_own_guesses(scene: Scene) -> None:
    scene.rooms.open("Other", "another one", "other")
    async with scene.stranger() as stranger:
        for number in range(8):
            await stranger.get("/messages", headers={HEADER: f"guess {number}"})
        answer = await stranger.get("/rooms/other/messages", headers={HEADER: "another one"})
        assert answer.status_code == 200


async def test_nobody_is_believed_who_they_are_unless_a_tunnel_says_it(scene: Scene) -> None:
    """Without a tunnel the headers of proxies are a stranger's words."""
    async with scene.stranger() as stranger:
        numbers = itertools.count()
        codes = []
        for n in range(8):
            said = {"X-Forwarded-For": f"203.0.113.{n}", "CF-Connecting-IP": f"203.0.113.{n}"}
            answer = await stranger.get("/messages", headers={HEADER: f"guess {next(numbers)}", **said})
            codes.append(answer.status_code)
        assert codes == [401] * 5 + [429] * 3
