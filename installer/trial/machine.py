"""A Windows machine of the trial: what Setup did to it, and what answers there."""

import http.client
import itertools
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from chatbox.client.endpoint import Files

from installer.making.places import CACHE, setup_file
from installer.making.wine import Prefix, windows_path

PORT = 47811
SERVICE = "ChatBox"
QUIET = ("/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
LOGS = CACHE / "logs"
STATES = {"1": "stopped", "2": "starting", "3": "stopping", "4": "running", "7": "paused"}


def until(check: Callable[[], Any], seconds: float, what: str) -> float:
    """Look again and again, because another system has no event for us; after how long it came true."""
    began = time.monotonic()
    while not check():
        assert time.monotonic() - began < seconds, f"{what} within {seconds:g} s"
        time.sleep(0.05)
    return time.monotonic() - began


def ended(process: subprocess.Popen[str]) -> None:
    """Wait for a process that a test started; not for the end of its pipe, which Wine's desktop may have inherited."""
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


@dataclass(slots=True)
class Machine:
    """One prefix with its C: drive."""

    prefix: Prefix
    port: int = PORT
    numbers: Any = field(default_factory=itertools.count)
    log: Path = LOGS / "none.log"

    @property
    def programs(self) -> Path:
        """Where Setup puts everything."""
        return self.prefix.c / "Program Files" / "ChatBox"

    @property
    def data(self) -> Path:
        """What is kept."""
        return self.prefix.c / "ProgramData" / "ChatBox"

    @property
    def url(self) -> str:
        """Where the room answers, seen from Linux."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def python(self) -> str:
        """The installed runtime."""
        return r"C:\Program Files\ChatBox\runtime\python.exe"

    def files(self, workspace: Path | None = None) -> Files:
        """The room's files, seen from Linux."""
        found = Files(workspace or self.data / "workspace")
        tokens = sorted((self.data / "people").glob("*.token"))
        assert len(tokens) == 1, f"one person's token, not {tokens}"
        found.person_token = tokens[0]
        return found

    def setup(self, version: str, *switches: str) -> tuple[int, str]:
        """Run Setup silently; its exit code and its log."""
        log = LOGS / f"{next(self.numbers):03}-setup-{version}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        self.log = log
        port = [] if any(one.startswith("/PORT") for one in switches) else [f"/PORT={self.port}"]
        chosen = [one for one in switches if one != "/PORT"]
        if "/PORT" in switches:
            port = []
        code, _ = self.prefix.run(
            windows_path(setup_file(version)), *QUIET, *port, *chosen, f"/LOG={windows_path(log)}"
        )
        return code, self.log_so_far()

    def log_so_far(self) -> str:
        """Of the last Setup, which may still run."""
        return self.log.read_text(encoding="utf-8-sig", errors="replace") if self.log.exists() else ""

    def uninstall(self, *switches: str) -> str:
        """Run the uninstaller silently, to its end; its log."""
        log = LOGS / f"{next(self.numbers):03}-uninstall.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        program = r"C:\Program Files\ChatBox\unins000.exe"
        self.prefix.run(program, *QUIET, *switches, f"/LOG={windows_path(log)}")
        # What was started returns before its copy in the temporary folder is done.
        until(lambda: log.exists() and "Log closed." in log.read_text("utf-8-sig", errors="replace"), 60, "uninstalled")
        return log.read_text(encoding="utf-8-sig", errors="replace")

    @property
    def is_installed(self) -> bool:
        """Whether there is anything to uninstall."""
        return (self.programs / "unins000.exe").exists()

    def state(self) -> str:
        """Of the service, as Windows says."""
        code, said = self.prefix.run("sc", "query", SERVICE)
        if code != 0:
            return "absent"
        number = said.split("STATE", 1)[1].split(":", 1)[1].split()[0]
        return STATES.get(number, number)

    def stop(self) -> None:
        """Ask Windows to stop the service."""
        self.prefix.run("sc", "stop", SERVICE)

    def health(self, port: int | None = None) -> dict[str, Any]:
        """What the room answers to Linux; empty when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=2)
        try:
            connection.request("GET", "/health")
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        return found

    def answers(self, version: str) -> bool:
        """Whether the room is well and of this version."""
        return self.health() == {"status": "ok", "version": version, "detail": None}

    def processes(self, *words: str) -> list[int]:
        """The processes of this machine with all these words in their command line."""
        found = []
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if all(word in line for word in words) and f"WINEPREFIX={self.prefix.path}".encode() in environment:
                found.append(int(folder.name))
        return found

    def room(self) -> int:
        """The process of the room."""
        found = self.processes("python.exe", "service run")
        assert len(found) == 1, f"one process of the room, not {found}"
        return found[0]

    def kill(self) -> None:
        """End the room's process as a crash would. It leaves exit code 0, the hardest case for a service manager."""
        os.kill(self.room(), signal.SIGKILL)

    def wrapper_ended(self) -> None:
        """End the service's wrapper, should it stay for 5 s after it reported its end."""
        _, staying = psutil.wait_procs([psutil.Process(pid) for pid in self.processes("bin\\nssm.exe")], timeout=5)
        for wrapper in staying:
            wrapper.kill()

    def switched_off_and_on(self) -> None:
        """A reboot without a goodbye."""
        self.prefix.off()
        self.prefix.boot()

    def registered(self, key: str, value: str) -> str:
        """A value of the registry; empty when it is not there."""
        code, said = self.prefix.run("reg", "query", key, "/v", value, "/reg:64")
        return said.split("REG_", 1)[1].split(None, 1)[1].strip() if code == 0 and "REG_" in said else ""
