"""`service.toml` and `chatbox service configure`, which edits it."""

import socket
import tomllib
from pathlib import Path

import pytest
from chatbox.service.editing import PORTS

from tests.service.conftest import Home


def test_a_workspace_keeps_its_port_and_the_file_keeps_its_comments(home: Home) -> None:
    assert home.run("service", "configure", "--workspace", str(home.root)).code == 0
    before = tomllib.loads(home.configuration.read_text())
    (first,) = before["workspace"]
    assert first["path"] == str(home.root)
    assert first["port"] in PORTS
    assert before["service"] == {"agents": False}
    home.configuration.write_text(home.configuration.read_text() + "# mine\n")
    for options in (["--workspace", str(home.root)], ["--workspace", str(home.other)], ["--agents"]):
        assert home.run("service", "configure", *options).code == 0
    text = home.configuration.read_text()
    after = tomllib.loads(text)
    assert after["service"] == {"agents": True}
    assert after["workspace"][0] == first
    assert after["workspace"][1]["path"] == str(home.other)
    assert after["workspace"][1]["port"] != first["port"]
    assert "# mine" in text


def test_a_port_that_somebody_listens_on_is_not_chosen(home: Home) -> None:
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        first = next(port for port in PORTS if _bound(held, port))
        home.run("service", "configure", "--workspace", str(home.root))
    (found,) = tomllib.loads(home.configuration.read_text())["workspace"]
    assert found["port"] != first


def test_a_workspace_is_taken_out_again_and_nothing_of_it_is_deleted(home: Home) -> None:
    home.configured(home.root, home.other)
    (home.other / "work.txt").write_text("mine")
    told = home.run("service", "configure", "--remove", str(home.other), "--json").json
    assert [one["path"] for one in told["workspace"]] == [str(home.root)]
    assert (home.other / "work.txt").read_text() == "mine"
    unknown = home.run("service", "configure", "--remove", str(home.other))
    assert unknown.code == 78
    assert str(home.root) in unknown.err


@pytest.mark.parametrize("before", ["", "workspace = []\n"])
def test_a_workspace_is_taken_in_after_the_last_one_was_taken_out(home: Home, before: str) -> None:
    home.configured(home.root)
    assert home.run("service", "configure", "--remove", str(home.root)).code == 0
    home.configuration.write_text(before + home.configuration.read_text())
    told = home.run("service", "configure", "--workspace", str(home.other), "--json")
    assert (told.code, [one["path"] for one in told.json["workspace"]]) == (0, [str(home.other)]), told.err


def test_what_would_make_the_file_wrong_is_refused_and_leaves_it_as_it_was(home: Home) -> None:
    ports = home.configured(home.root)
    before = home.configuration.read_bytes()
    same = home.run("service", "configure", "--workspace", str(home.other), "--port", str(ports[home.root]))
    assert same.code == 78
    assert f"the port {ports[home.root]} is there twice" in same.err
    assert home.run("service", "configure", "--person", "no such name").code == 78
    assert home.run("service", "configure", "--workspace", str(home.root / "nowhere")).code == 3
    assert home.run("service", "configure", "--port", "1").code == 64
    assert home.configuration.read_bytes() == before
    assert [path.name for path in home.configuration.parent.iterdir()] == ["service.toml"]


def test_another_file_can_be_named_by_option_and_by_variable(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "service.toml"
    assert home.run("service", "configure", "--config", str(other), "--workspace", str(home.root)).code == 0
    named = home.run("service", "configure", "--json", CHATBOX_SERVICE_CONFIG=str(other))
    assert [one["path"] for one in named.json["workspace"]] == [str(home.root)]
    assert not home.configuration.exists()
    assert home.run("service", "run", "--until-stdin-ends", CHATBOX_SERVICE_CONFIG=str(other)).code == 0
    assert (other.parent / "logs" / "service.log").exists()


def test_a_file_that_notepad_wrote_is_read(home: Home) -> None:
    home.configuration.parent.mkdir(parents=True)
    path = str(home.root).replace("\\", "\\\\")
    home.configuration.write_bytes(f'\ufeff[[workspace]]\r\npath = "{path}"\r\nport = 4711\r\n'.encode())
    assert home.run("service", "configure", "--json").json["workspace"] == [{"path": str(home.root), "port": 4711}]


def _bound(held: socket.socket, port: int) -> bool:
    try:
        held.bind(("127.0.0.1", port))
        held.listen()
    except OSError:
        return False
    return True
