"""`chatbox service run`: several workspaces in one process, and what becomes of those that fail."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Lost, Refused

from tests.service.conftest import Home
from tests.support.owners import eventually, verified
from tests.support.processes import BOUND_SECONDS, LINK


def test_one_process_owns_several_workspaces_and_their_clients_find_it(home: Home) -> None:
    ports = home.configured(home.root, home.other)
    service = home.serve()
    for root, port in ports.items():
        told = home.run("up", "--json", "--workspace", str(root)).json
        assert (told["status"], told["pid"]) == ("running", service.process.pid)
        assert told["url"] == f"http://127.0.0.1:{port}"
        assert home.run("post", "--workspace", str(root), "#general", "hello").code == 0
    ended = service.end(signal.SIGTERM)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 1
    assert str(home.log) in ended.out
    assert ended.err == ""
    assert f"{home.other} chatbox.service runs at http://127.0.0.1:{ports[home.other]}" in home.log.read_text()


def test_one_that_fails_is_named_ends_no_other_and_is_taken_up_once_it_can_be(home: Home) -> None:
    ports = home.configured(home.root, home.other)
    with taken(ports[home.root]):
        service = home.start("service", "run")
        service.line(lambda line: "service" in line)
        well = home.run("service", "health", "--wait", "25", "--config", str(only(home, home.other)))
        assert well.code == 0
        asked = home.run("service", "health", "--json")
        assert asked.code == 4
        healthy = {one["path"]: one["healthy"] for one in asked.json}
        assert healthy == {str(home.root): False, str(home.other): True}
        assert f"(port {ports[home.root]})" in home.run("service", "health").err
        assert f"port {ports[home.root]} is taken by another program" in home.log.read_text()
    assert home.run("service", "health", "--wait", "25").code == 0
    assert service.end().code == 0


def test_when_no_workspace_can_be_owned_it_ends_and_says_why(home: Home) -> None:
    ports = home.configured(home.root)
    with taken(ports[home.root]):
        ended = home.run("service", "run")
        assert home.run("service", "run", "--slow-to-fail").code == ended.code
    assert ended.code == 69
    assert f"port {ports[home.root]} is taken" in ended.err
    assert f"port {ports[home.root]} is taken" in home.log.read_text()
    home.root.joinpath(".agentchat", "journal.db").write_bytes(b"not a database, whatever it is" * 200)
    damaged = home.run("service", "run")
    assert damaged.code == 3
    assert "journal" in damaged.err


def test_a_missing_or_wrong_configuration_is_an_exit_code_of_its_own(home: Home) -> None:
    missing = home.run("service", "run")
    assert missing.code == 78
    assert "chatbox service configure" in missing.err
    home.configuration.parent.mkdir(parents=True)
    home.configuration.write_text('[[workspace]]\npath = "/x"\nport = 0\n')
    wrong = home.run("service", "run")
    assert wrong.code == 78
    assert "workspace.1.port" in wrong.err


def test_a_stop_under_load_loses_nothing_that_was_answered(home: Home) -> None:
    ports = home.configured(home.root, home.other)
    service = home.serve()
    files = [Files(root) for root in ports]
    tokens = [home_token(home, one) for one in files]

    async def story() -> list[list[str]]:
        said: list[list[str]] = [[] for _ in files]
        async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
            for number, port in enumerate(ports.values()):
                for talker in range(4):
                    name = f"{number}.{talker}"
                    tasks.create_task(talk(f"http://127.0.0.1:{port}", tokens[number], name, said[number]))
            await eventually(lambda: enough(said))
            service.process.send_signal(signal.SIGTERM)
        return said

    said = asyncio.run(story())
    assert service.ended().code == 0
    for number, one in enumerate(files):
        texts = [getattr(found.entry, "text", None) for found in asyncio.run(verified(one))]
        written = {text["body"] for text in texts if text and "body" in text}
        assert set(said[number]) <= written


def test_the_end_of_stdin_ends_it_when_asked_to(home: Home) -> None:
    home.configured(home.root)
    ended = home.run("service", "run", "--until-stdin-ends", stdin="")
    assert ended.code == 0
    assert "ended" in home.log.read_text()


def test_stop_ends_one_workspace_and_the_service_with_the_last(home: Home) -> None:
    home.configured(home.root, home.other)
    service = home.serve()
    assert home.run("stop", "--workspace", str(home.other)).code == 0
    assert service.process.poll() is None
    assert home.run("post", "#general", "still here").code == 0
    assert home.run("stop").code == 0
    assert service.ended().code == 0


def test_a_workspace_that_somebody_else_owns_is_taken_up_when_they_end(home: Home) -> None:
    ports = home.configured(home.root)
    first = home.start("up")
    first.line(LINK.search)
    service = home.start("service", "run")
    service.line(lambda line: "service" in line)
    assert first.end().code == 0
    assert home.run("service", "health", "--wait", "25").code == 0
    told = home.run("up", "--json").json
    assert (told["pid"], told["url"]) == (service.process.pid, f"http://127.0.0.1:{ports[home.root]}")
    assert service.end().code == 0


def test_its_logs_are_bounded_and_those_of_its_wrapper_are_pruned(home: Home) -> None:
    home.configured(home.root)
    home.log.parent.mkdir(parents=True)
    for number in range(9):
        (home.log.parent / f"console-2026010{number}T000000.000.log").write_text("x")
    home.log.write_text("x" * 1_100_000)
    assert home.run("service", "run", "--until-stdin-ends").code == 0
    assert sorted(path.name for path in home.log.parent.glob("console-*")) == [
        f"console-2026010{number}T000000.000.log" for number in range(4, 9)
    ]
    assert home.log.stat().st_size < 100_000
    assert home.log.with_name("service.log.1").stat().st_size > 1_000_000
    told = home.run("service", "logs", "-n", "1")
    assert told.out.rstrip().endswith("ended")


@contextlib.contextmanager
def taken(port: int) -> Iterator[None]:
    """Another program listens there."""
    with socket.create_server(("127.0.0.1", port)):
        yield


def only(home: Home, root: Path) -> Path:
    """A configuration of one of the workspaces alone."""
    found = home.configuration.with_name("one.toml")
    found.write_text(home.configuration.read_text())
    for other in {home.root, home.other} - {root}:
        assert home.run("service", "configure", "--config", str(found), "--remove", str(other)).code == 0
    return found


async def enough(said: list[list[str]]) -> bool:
    """Whether the load is one."""
    return sum(map(len, said)) >= 200


def home_token(home: Home, files: Files) -> str:
    """The person's token of a workspace."""
    return (
        (Path(home.environment["XDG_STATE_HOME"]) / "chatbox" / "people" / files.person_token.name).read_text().strip()
    )


async def talk(url: str, token: str, name: str, said: list[str]) -> None:
    """Say one thing after another until the service goes away; `said` is what was answered."""
    caller = await RemoteCaller.connect(url, token)
    number = 0
    with contextlib.suppress(Lost, Refused):
        while True:
            number += 1
            body = f"{name} says {number}"
            await caller.call("chat", {"channel": "#general", "body": body})
            said.append(body)
    await caller.close()
