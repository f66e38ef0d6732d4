"""The installed service under 8 clients that post: it is killed, stopped, upgraded and rebooted."""

import asyncio
import os
import time

import psutil
import pytest
from chatbox.client.endpoint import person_token

from installer.trial.conftest import NEW, OLD
from installer.trial.load import BACK_SECONDS, all_told, posting, some_clients
from installer.trial.machine import Machine, until
from tests.faults.killing import Posting, wrongs
from tests.support.owners import verified

STOP_SECONDS = 15.0
CYCLES = int(os.environ.get("CHATBOX_CYCLES", "20"))
MEMORY_BYTES = 80_000_000


def token_of(machine: Machine) -> str:
    token = person_token(machine.files())
    assert token is not None
    return token


async def _nothing_lost(machine: Machine, clients: list[Posting]) -> None:
    """Judged on the journal itself, with the service stopped."""
    machine.stop()
    until(lambda: machine.state() == "stopped", STOP_SECONDS, "stopped")
    assert wrongs(all_told(clients), await verified(machine.files())) == []
    machine.prefix.run("sc", "start", "ChatBox")


async def test_a_killed_room_is_back_within_five_seconds_and_nothing_is_lost(installed: Machine) -> None:
    clients = some_clients()
    backs = []
    async with posting(token_of(installed), installed.url, clients):
        for _ in range(5):
            # A process that ends sooner would make NSSM wait longer each time; here it has lived for a while.
            await asyncio.sleep(3)
            before = installed.room()
            installed.kill()
            began = time.monotonic()
            async with asyncio.timeout(30):
                # Another system has no event for us.
                while not (installed.answers(OLD) and installed.processes("service run") != [before]):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            backs.append(time.monotonic() - began)
    print("back after", [f"{one:.1f} s" for one in backs])
    assert max(backs) < BACK_SECONDS
    assert any(client.repeated for client in clients)
    await _nothing_lost(installed, clients)


async def test_an_upgrade_over_the_running_service_loses_no_answered_message(bare: Machine) -> None:
    assert bare.setup(OLD)[0] == 0
    (bare.programs / "app" / "stale.py").write_text("of the old version")
    clients = some_clients()
    async with posting(token_of(bare), bare.url, clients):
        code, log = await asyncio.to_thread(bare.setup, NEW, "/PORT")
        assert code == 0, log[-3000:]
    assert bare.answers(NEW)
    assert not (bare.programs / "app" / "stale.py").exists()
    assert any(client.repeated for client in clients)
    await _nothing_lost(bare, clients)


async def test_a_stop_under_load_is_graceful_and_within_fifteen_seconds(installed: Machine) -> None:
    clients = some_clients()
    log = installed.data / "logs" / "service.log"
    async with posting(token_of(installed), installed.url, clients):
        ended = log.read_text().count(" ended\n")
        began = time.monotonic()
        await asyncio.to_thread(installed.stop)
        await asyncio.to_thread(until, lambda: installed.state() == "stopped", STOP_SECONDS, "stopped")
        print(f"stopped after {time.monotonic() - began:.1f} s")
        assert log.read_text().count(" ended\n") == ended + 1
        # A graceful end folds the write-ahead log into the journal.
        assert not (installed.files().journal.with_name("journal.db-wal")).exists()
        await asyncio.to_thread(installed.prefix.run, "sc", "start", "ChatBox")
    await _nothing_lost(installed, clients)


def test_the_room_is_there_after_a_reboot(installed: Machine) -> None:
    until(lambda: installed.answers(OLD), 20, "answers")
    installed.switched_off_and_on()
    print(f"answers {until(lambda: installed.answers(OLD), 60, 'answers'):.1f} s after the boot")
    # NSSM says so once the room has lived for 1.5 s, which may be after it answers.
    until(lambda: installed.state() == "running", 10, "running")


def _held(process: psutil.Process) -> int:
    """Bytes that a process has for itself.

    Without the code of DLLs: Windows shares it, while Wine keeps a private copy of what it has moved, in mappings that
    have neither a file nor the right to write.
    """
    maps = process.memory_maps(grouped=False)
    own = [one for one in maps if one.path != "[anon]" or "w" in one.perms]
    return sum(one.private_clean + one.private_dirty for one in own)


def _megabytes(sizes: list[int]) -> str:
    return " + ".join(f"{one / 1e6:.1f}" for one in sizes) + " MB"


def test_an_idle_service_needs_little(installed: Machine) -> None:
    """Under Wine: what the two processes hold for themselves. Windows may count differently."""
    until(lambda: installed.answers(OLD), 20, "answers")
    found = [psutil.Process(pid) for pid in (installed.room(), *installed.processes("bin\\nssm.exe"))]
    time.sleep(5)
    before = sum(sum(one.cpu_times()[:2]) for one in found)
    time.sleep(20)
    used = sum(sum(one.cpu_times()[:2]) for one in found) - before
    held = [_held(one) for one in found]
    alone = [one.memory_full_info().uss for one in found]
    print(f"idle: {used / 20:.2%} of a processor, {_megabytes(alone)}; without the code of DLLs {_megabytes(held)}")
    # The second is NSSM, nearly all of which is Wine's own part of a process. Together they are the service.
    assert len(alone) == 2
    assert sum(alone) < MEMORY_BYTES
    assert used / 20 < 0.005


@pytest.mark.timeout(300 * CYCLES + 600)
def test_cycles_of_install_kill_upgrade_and_uninstall_leave_nothing(bare: Machine) -> None:
    for cycle in range(CYCLES):
        code, log = bare.setup(OLD)
        assert code == 0, (cycle, log[-2000:])
        bare.kill()
        code, log = bare.setup(NEW, "/PORT")
        assert code == 0, (cycle, log[-2000:])
        assert bare.answers(NEW)
        log = bare.uninstall("/PURGE")
        left = [bare.programs.exists(), bare.data.exists(), bare.state() != "absent", bool(bare.processes("ChatBox"))]
        assert left == [False] * 4, (cycle, log[-3000:])
        print(f"cycle {cycle + 1} left nothing")
