"""Tunnels: what their programs say and become, who counts as whom through one, and that it leads to one room only."""

import asyncio
import contextlib
import os
import select
import shutil
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.app.rooms.ways import NoEntrance, Way
from chatbox.operations.caller import Refused
from chatbox.tunnels import cloudflared, ngrok, tunnel

from tests.rooms.programs import Programs, free_port
from tests.rooms.scene import HEADER, PASSWORD, a_room, asking
from tests.rooms.stand_in import HOST, NGROK_HOST
from tests.support.owners import BOUND_SECONDS, a_workspace, an_owner, eventually, gone

STAND_IN = Path(__file__).with_name("stand_in.py")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A folder for the PATH, with stand-ins of both programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("cloudflared", "ngrok"):
        program = folder / name
        program.write_text(f"#!{sys.executable}\n" + STAND_IN.read_text())
        program.chmod(0o755)
    return folder


@pytest.fixture
def noted(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-ins are on this process's PATH; where they write down that they run."""
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STAND_IN_PID", str(tmp_path / "noted.json"))
    return tmp_path / "noted.json"


def running(noted: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(noted.read_bytes())
    return found


def is_file(path: str) -> bool:
    return Path(path).is_file()


async def test_a_tunnels_host_is_admitted_and_its_program_ends_with_the_room(noted: Path) -> None:
    async with a_room(way=Way(tunnel="cloudflared")) as scene:
        assert scene.entered.url == f"https://{HOST}"
        told = running(noted)["arguments"]
        assert told[told.index("--url") + 1] == f"http://127.0.0.1:{scene.entered.port}"
        config = told[told.index("--config") + 1]
        assert is_file(config)
        assert (await scene.client.get("/messages", headers={"Host": HOST})).status_code == 200
        evil = await scene.client.get("/messages", headers={"Host": "other.trycloudflare.com"})
        assert evil.status_code == 403
    assert await gone(running(noted)["pid"])
    assert not is_file(config)


async def test_ngrok_says_its_address_in_json(noted: Path) -> None:
    async with a_room(way=Way(tunnel="ngrok")) as scene:
        assert scene.entered.url == f"https://{NGROK_HOST}"
        assert running(noted)["arguments"][:2] == ["http", f"127.0.0.1:{scene.entered.port}"]
        assert (await scene.client.get("/about", headers={"Host": NGROK_HOST})).json()["live"] == "stream"


async def test_through_cloudflared_the_page_polls_and_its_cookie_needs_https(noted: Path) -> None:
    del noted
    async with a_room(way=Way(tunnel="cloudflared")) as scene:
        assert (await scene.client.get("/about", headers={"Host": HOST})).json()["live"] == "poll"
        headers = {"Host": HOST, "Origin": f"https://{HOST}"}
        answer = await scene.client.post("/session", json={"password": PASSWORD}, headers=headers)
        assert answer.headers["set-cookie"].endswith("; Secure")


async def test_through_a_tunnel_guesses_are_counted_by_who_the_tunnel_says_it_is(noted: Path) -> None:
    del noted
    async with a_room(way=Way(tunnel="cloudflared")) as scene, scene.stranger(Host=HOST) as stranger:

        async def guess(number: int, whence: str, header: str = "CF-Connecting-IP") -> int:
            headers = {HEADER: f"guess {number}", header: whence}
            return (await stranger.get("/messages", headers=headers)).status_code

        assert [await guess(n, "203.0.113.5") for n in range(7)] == [401] * 5 + [429] * 2
        # Another place may still guess, and its whole IPv6 network is one place.
        assert [await guess(10 + n, f"2001:db8::{n}") for n in range(7)] == [401] * 5 + [429] * 2
        # The last word of a chain is the tunnel's own; those before it are the stranger's.
        assert [await guess(20 + n, f"10.0.0.{n}, 203.0.113.9", "X-Forwarded-For") for n in range(7)][-1] == 429


async def test_a_program_that_fails_is_quoted(noted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "fails")
    for kind, said in {"cloudflared": "no such host", "ngrok": "ERR_NGROK_4018"}.items():
        with pytest.raises(NoEntrance, match=said):
            async with a_room(way=Way(tunnel=kind)):  # type: ignore[arg-type]  # both are kinds
                pass
        assert await gone(running(noted)["pid"])


async def test_a_program_without_an_address_is_given_up(noted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "silent")
    monkeypatch.setattr(tunnel, "START_SECONDS", 0.5)
    with pytest.raises(NoEntrance, match="no address within"):
        async with a_room(way=Way(tunnel="cloudflared")):
            pass
    assert await gone(running(noted)["pid"])


async def test_a_program_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(NoEntrance, match="cloudflared is not on the PATH"):
        async with a_room(way=Way(tunnel="cloudflared")):
            pass
    with pytest.raises(NoEntrance, match="add-authtoken"):
        async with a_room(way=Way(tunnel="ngrok")):
            pass


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (f"INF |  https://{HOST}   |", f"https://{HOST}"),
        ("INF |  https://UPPER-case.TryCloudflare.com|", "https://upper-case.trycloudflare.com"),
        ('ERR failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": EOF', None),
        ("INF Requesting new quick Tunnel on trycloudflare.com...", None),
        ("INF https://trycloudflare.com", None),
    ],
)
def test_cloudflareds_address_is_found_and_its_own_servers_are_not(line: str, address: str | None) -> None:
    assert cloudflared.address_in(line) == address


@pytest.mark.parametrize(
    "line", ["", "plain", "[]", '{"msg": "started tunnel"}', '{"msg": "x", "url": "https://a.example"}', '{"url": 1}']
)
def test_ngroks_other_lines_hold_no_address(line: str) -> None:
    assert ngrok.address_in(line) is None


# The command.


def test_serve_prints_the_public_link_and_ctrl_c_ends_the_tunnel(commands: Programs, path: Path) -> None:
    noted = commands.folder / "noted.json"
    found = {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "STAND_IN_PID": str(noted)}
    commands.serve("secret", "--tunnel", "cloudflared", **found)
    server = commands.last()
    server.line(lambda line: line.startswith("Watch"))
    assert any(f"https://{HOST}/#password=secret" in line for line in server.lines)
    assert not any("only this machine" in line for line in server.lines)
    pid = running(noted)["pid"]
    ended = server.end(signal.SIGINT)
    assert ended.code == 0
    assert "easy to guess" in ended.err
    assert asyncio.run(gone(pid))


def killed(commands: Programs, path: Path, serve: str, seconds: float) -> None:
    """The tunnel's program ends after its server was killed, within so many seconds."""
    noted = commands.folder / "noted.json"
    found = {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "STAND_IN_PID": str(noted)}
    server = commands.python(serve, "serve", "--password=x", "--port", str(free_port()), "--tunnel=ngrok", **found)
    server.line(lambda line: line.startswith(("Watch", "📋")))
    program = os.pidfd_open(running(noted)["pid"])
    try:
        server.process.kill()
        ended, _, _ = select.select([program], [], [], seconds)
        assert ended, "the tunnel's program outlived its server"
    finally:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(program, signal.SIGKILL)
        os.close(program)


SERVE = "from chatbox.cli.agent_chat.main import main; "


def test_a_server_that_is_killed_leaves_no_tunnel(commands: Programs, path: Path) -> None:
    killed(commands, path, f"{SERVE} main()", BOUND_SECONDS)


def test_without_the_leash_the_tunnel_stays(commands: Programs, path: Path) -> None:
    without = "from chatbox.tunnels import tunnel; tunnel.leashed = lambda command: command; main()"
    with pytest.raises(AssertionError, match="outlived its server"):
        killed(commands, path, f"{SERVE} {without}", 1.0)


async def test_an_owner_that_is_killed_leaves_no_tunnel(
    tmp_path: Path, noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = a_workspace(tmp_path, monkeypatch)
    async with an_owner(files) as owner:
        person = await owner.person()
        await person.call("open_room", {"tunnel": "ngrok"})
        program = os.pidfd_open(running(noted)["pid"])
        await owner.kill()
        await person.close()
    ended, _, _ = select.select([program], [], [], BOUND_SECONDS)
    os.close(program)
    assert ended


def test_serve_says_when_the_tunnel_ends_and_goes_on(commands: Programs, path: Path) -> None:
    found = {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "STAND_IN": "ends"}
    commands.serve("k7mq-2wxt-9hpn-d4vz", "--tunnel", "ngrok", **found)
    commands.last().line(lambda line: "The tunnel ended" in line)
    assert commands.last().process.poll() is None
    assert commands.last().end(signal.SIGINT).code == 0


# Beside a workspace.


@pytest.fixture
async def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Owner]:
    files = a_workspace(tmp_path, monkeypatch)
    async with owning(files, Options(supervise=False)) as found:
        yield found


async def ask(owner: Owner, operation: str, **params: Any) -> dict[str, Any]:
    assert owner.person is not None
    return await owner.caller(owner.person).call(operation, params)


async def test_a_tunnel_leads_to_its_room_and_never_to_the_workspace(owner: Owner, noted: Path) -> None:
    inside = await ask(owner, "open_room")
    room = await ask(owner, "open_room", tunnel="cloudflared", password=PASSWORD)
    assert (room["url"], room["reach"]) == (f"https://{HOST}", "internet")
    arguments = running(noted)["arguments"]
    port = int(arguments[arguments.index("--url") + 1].rpartition(":")[2])
    assert not owner.url.endswith(f":{port}")
    async with asking(port, Host=HOST, **{HEADER: PASSWORD}) as stranger:
        assert (await stranger.get("/messages")).status_code == 200
        for path in ("/api/whoami", "/events", "/mcp", "/assets/chatbox.js", f"/rooms/{inside['id']}/messages"):
            assert (await stranger.get(path)).status_code == 404
            assert (await stranger.post(path, json={})).status_code == 404
    # The workspace's own port does not know the tunnel's name.
    async with asking(int(owner.url.rpartition(":")[2]), Host=HOST, **{HEADER: PASSWORD}) as stranger:
        assert (await stranger.get(f"/rooms/{room['id']}/messages")).status_code == 403
    await ask(owner, "close_room", room=room["id"])
    await eventually(lambda: gone(running(noted)["pid"]))


async def test_a_lost_tunnel_is_told_and_an_owner_that_was_killed_leaves_a_note(owner: Owner, noted: Path) -> None:
    room = await ask(owner, "open_room", tunnel="ngrok")
    pid = running(noted)["pid"]
    notes = [orjson.loads(note.read_bytes())["pid"] for note in owner.files.turns.glob("tunnel-*.json")]
    assert notes == [psutil.Process(pid).ppid()]
    os.kill(pid, signal.SIGKILL)

    async def lost() -> bool:
        return bool((await ask(owner, "list_rooms"))["rooms"][0]["tunnel_lost"])

    await eventually(lost)
    await ask(owner, "close_room", room=room["id"])

    async def no_notes() -> bool:
        return not list(owner.files.turns.glob("tunnel-*.json"))

    await eventually(no_notes)


async def test_a_tunnel_that_fails_leaves_no_room(owner: Owner, noted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del noted
    monkeypatch.setenv("STAND_IN", "fails")
    with pytest.raises(Refused) as refused:
        async with asyncio.timeout(BOUND_SECONDS):
            await ask(owner, "open_room", tunnel="cloudflared")
    assert "no such host" in refused.value.message
    assert (await ask(owner, "list_rooms"))["rooms"] == []


def test_the_stand_ins_are_programs(path: Path) -> None:
    """The control of all of the above."""
    assert shutil.which("cloudflared", path=str(path)) == str(path / "cloudflared")
    assert (path / "ngrok").stat().st_mode & stat.S_IXUSR
