"""What only this machine's administrator decides: that its service owns a workspace, and where the tokens are then."""

import asyncio
import os
import stat
from pathlib import Path

import pytest
from chatbox.app.keeping import Keeper
from chatbox.app.owning import Options, OwnedAlready, owning
from chatbox.client.endpoint import Files
from chatbox.client.machine import Machine
from chatbox.service.accounts import service_sid

from tests.support.owners import BOUND_SECONDS

NOBODY = 65_534


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose administrator is whoever runs this test, with a service that owns `ws`."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state of mine"))
    (tmp_path / "ws").mkdir()
    (tmp_path / "etc").mkdir(mode=0o755)
    configuration = tmp_path / "etc" / "service.toml"
    configuration.write_text(f'[[workspace]]\npath = "{tmp_path / "ws"}"\nport = 1\n')
    configuration.chmod(0o644)
    return Machine(configuration, tmp_path / "var", tmp_path / "log", administrator=os.getuid())


def test_the_tokens_of_its_workspaces_are_where_the_administrator_wants_them(machine: Machine, tmp_path: Path) -> None:
    owned = Files(tmp_path / "ws", machine)
    assert owned.by_service
    assert owned.person_token.parent == owned.person_endpoint.parent == tmp_path / "var" / "people"
    other = Files(tmp_path / "etc", machine)
    assert not other.by_service
    assert other.person_token.is_relative_to(tmp_path / "state of mine")


@pytest.mark.parametrize("place", ["etc/service.toml", "etc"])
@pytest.mark.parametrize("fault", ["group writes", "others write", "a stranger's"])
def test_a_configuration_that_others_can_change_does_not_count(
    machine: Machine, tmp_path: Path, place: str, fault: str
) -> None:
    wrong = tmp_path / place
    match fault:
        case "group writes":
            wrong.chmod(0o775)
        case "others write":
            wrong.chmod(0o757)
        case _ if os.getuid() == 0:
            os.chown(wrong, NOBODY, NOBODY)
        case _:
            machine = Machine(machine.configuration, machine.state, machine.logs, administrator=NOBODY)
    files = Files(tmp_path / "ws", machine)
    assert not files.by_service
    assert str(tmp_path) in (machine.distrusted() or "")


def test_nothing_in_the_workspace_or_the_environment_leads_elsewhere(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = tmp_path / "ws" / "service.toml"
    hostile.write_text(f'[[workspace]]\npath = "{tmp_path / "other"}"\nport = 1\n')
    monkeypatch.setenv("CHATBOX_SERVICE_CONFIG", str(hostile))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "way").symlink_to(tmp_path / "ws")
    assert not Files(tmp_path / "other", machine).by_service
    # A link is where it leads to.
    assert Files(tmp_path / "other" / "way", machine).person_token == Files(tmp_path / "ws", machine).person_token


def test_a_file_that_cannot_be_read_names_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.configuration.write_text("[[workspace")
    assert not Files(tmp_path / "ws", machine).by_service


async def test_the_service_lets_its_group_read_the_secrets_and_nobody_else_owns_its_workspace(
    machine: Machine, tmp_path: Path
) -> None:
    files = Files(tmp_path / "ws", machine)
    with pytest.raises(OwnedAlready):
        async with owning(files, Options(port=None, supervise=False)):
            pass
    assert not files.folder.exists()
    async with owning(files, Options(supervise=False, as_service=True, person="alice")) as owner:
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (files.token, files.person_token)}
        assert modes == {0o640}
        assert stat.S_IMODE(files.person_token.parent.stat().st_mode) == 0o750
        assert owner.person is not None
        assert owner.person.participant == "alice"
        # An editor finds it and is its client.
        met = asyncio.Event()
        keeper = Keeper(
            files, Options(supervise=False), lambda standing, *_: met.set() if standing == "client" else None
        )
        async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
            tasks.create_task(keeper.run())
            await met.wait()
            assert (await keeper.call("whoami", {}))["participant"] == "alice"
            await keeper.leave()


async def test_a_room_that_had_a_person_gets_a_new_token_for_them_when_the_service_takes_it_over(
    machine: Machine, tmp_path: Path
) -> None:
    async with owning(
        Files(tmp_path / "ws", without_service(tmp_path)), Options(supervise=False, person="alice")
    ) as owner:
        assert owner.person is not None
    files = Files(tmp_path / "ws", machine)
    async with owning(files, Options(supervise=False, as_service=True, person="alice")) as owner:
        assert owner.person is not None
        assert owner.person.participant == "alice"
        assert files.person_token.exists()


def test_the_number_of_a_service_account_is_that_which_windows_gives_it() -> None:
    known = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
    assert service_sid("TrustedInstaller") == known
    assert service_sid("trustedinstaller") == known


def without_service(folder: Path) -> Machine:
    """A machine that has none."""
    return Machine(folder / "nowhere.toml", folder / "nowhere", folder / "nowhere")
