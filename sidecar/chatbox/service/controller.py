"""What every platform's service manager is asked, in one way: to know the service, to start and stop it, how it is."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from chatbox.service.configuration import Configuration
from chatbox.service.places import Places

State = Literal["absent", "stopped", "starting", "running", "stopping", "failed"]

ANSWER_SECONDS = 60.0
TRIES = 5
PAUSE_SECONDS = 0.5
FOLDERS = ("XDG_STATE_HOME", "XDG_CACHE_HOME")
"""Where the person's token is, and what was fetched."""


class CannotControl(Exception):  # noqa: N818 - reads as the fact it states
    """The service manager is not there or refuses. `definition` is what a person can give it by hand."""

    def __init__(self, message: str, definition: str | None = None) -> None:
        """`message` says what to do."""
        super().__init__(message)
        self.definition = definition


@dataclass(frozen=True, slots=True)
class Launch:
    """What a service manager is to start, and for whom."""

    places: Places
    configuration: Configuration
    account: str | None = None
    """Whose, when it is not the one that the configuration remembers."""

    @property
    def command(self) -> list[str]:
        """The program with its arguments."""
        program = [sys.executable, "-X", "utf8", "-m", "chatbox"]
        return [*program, "service", "run", "--config", str(self.places.configuration)]

    @property
    def named_account(self) -> str | None:
        """Whose; `None` is the usual one: the person's own, or that of the system's service."""
        return self.account or self.configuration.service.account

    @property
    def environment(self) -> dict[str, str]:
        """What a service of the person's own needs of theirs, to look where they look: managers start it without."""
        names = [*FOLDERS, *(["PATH"] if self.configuration.service.agents else [])]
        return {name: os.environ[name] for name in names if os.environ.get(name)}

    @property
    def program_folders(self) -> list[Path]:
        """What the program needs to read: Python, its environment and this package."""
        folders = (sys.prefix, sys.base_prefix, Path(__file__).resolve().parents[1])
        return list(dict.fromkeys(Path(folder).resolve() for folder in folders))


class Controller(Protocol):
    """One kind of service manager. Each method may raise `CannotControl`."""

    title: str

    def definition(self, launch: Launch) -> str:
        """What `install` tells it, as text."""
        ...

    def install(self, launch: Launch) -> list[str]:
        """Make the service known, to be started at each boot or log-in; what its person should be told."""
        ...

    def uninstall(self) -> None:
        """Stop it and make it unknown; one that is not known is left so."""
        ...

    def renew(self, launch: Launch) -> None:
        """Tell an installed service what its configuration says by now, for its next start."""
        ...

    def start(self) -> None:
        """Ask for its start; whether that succeeded, its workspaces say."""
        ...

    def stop(self) -> None:
        """Stop it and wait until it has gone."""
        ...

    def state(self) -> State:
        """How it is."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What a manager's program said."""

    code: int
    out: str


def ask(command: Sequence[str | os.PathLike[str]]) -> Answered:
    """Run a manager's program to its end. Raises `CannotControl` when it is not there or does not end."""
    name = Path(command[0]).name
    try:
        done = _done(command)
    except FileNotFoundError as error:
        raise CannotControl(f"{name} cannot be run ({error.strerror}): install it") from error
    except OSError as error:
        raise CannotControl(f"{name} cannot be run ({error.strerror}): see what holds it, then try again") from error
    except subprocess.TimeoutExpired as late:
        message = f"{name} has not answered for {ANSWER_SECONDS:g} s: look at the service manager's log"
        raise CannotControl(message) from late
    # NSSM writes UTF-16 into pipes.
    return Answered(done.returncode, done.stdout.replace(b"\0", b"").decode("utf-8", "replace").strip())


def _done(command: Sequence[str | os.PathLike[str]]) -> subprocess.CompletedProcess[bytes]:
    """Started again while another program holds it, such as a virus scanner. Wine, too, fails now and then."""
    tries = 0
    while True:
        try:
            return subprocess.run(  # noqa: S603 - a manager's program, found by us
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=ANSWER_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise
        except OSError:
            tries += 1
            if tries == TRIES:
                raise
        time.sleep(PAUSE_SECONDS)


def must(command: Sequence[str | os.PathLike[str]]) -> str:
    """What it printed. Raises `CannotControl` with its words when it fails."""
    answered = ask(command)
    if answered.code != 0:
        said = " ".join(answered.out.split()) or f"exit code {answered.code}"
        raise CannotControl(f"`{' '.join(map(str, command))}` failed: {said}")
    return answered.out


def check_program() -> None:
    """Raises `CannotControl` when the program is one of those that `uvx` and `uv run` throw away."""
    cached = next((above for above in Path(sys.prefix).parents if (above / "CACHEDIR.TAG").exists()), None)
    if cached is not None:
        message = (
            f"this ChatBox lies in a cache ({cached}), which may be emptied while the service needs it: "
            "install it first with `pipx install` or `uv tool install`, then say this again"
        )
        raise CannotControl(message)


def controller(places: Places) -> Controller:
    """That of this platform. Raises `CannotControl` where there is none."""
    platform = "win32" if os.environ.get("CHATBOX_NSSM") else sys.platform
    if platform == "win32":
        from chatbox.service.nssm import Nssm  # noqa: PLC0415 - one of three

        return Nssm()
    if platform == "darwin":
        from chatbox.service.launchd import Launchd  # noqa: PLC0415

        return Launchd()
    from chatbox.service.systemd import Systemd  # noqa: PLC0415

    return Systemd(system=places.system)
