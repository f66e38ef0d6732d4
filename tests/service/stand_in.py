"""A stand-in for `nssm`, `systemctl --user` and `launchctl`, by whichever name it is run.

It keeps one service, and the first two run it.
What it is told is in `told.jsonl` beside it.
"""

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(sys.argv[0]).parent
STATE = HERE / "state.json"


def main(arguments: list[str]) -> int:
    """Do what was asked."""
    with (HERE / "told.jsonl").open("a") as told:
        told.write(json.dumps(arguments) + "\n")
    match Path(sys.argv[0]).name:
        case "nssm":
            return nssm(*arguments)
        case "launchctl":
            return launchctl(*arguments)
        case _:
            return systemctl(arguments)


def nssm(action: str, _name: str, *rest: str) -> int:
    """`nssm <action> <service> …`, with its UTF-16 and its exit codes."""
    state = read()
    if action == "install":
        write({"Application": rest[0]})
    elif action == "set":
        write(state | {rest[0]: rest[-1]})
    elif action == "status":
        if not state:
            sys.stdout.buffer.write("Can't open service!".encode("utf-16-le"))
            return 3
        sys.stdout.buffer.write(f"SERVICE_{'RUNNING' if runs(state) else 'STOPPED'}\r\n".encode("utf-16-le"))
    elif action == "start":
        launch(state, [state["Application"], *shlex.split(state["AppParameters"])])
        # As NSSM does while the service is about to start.
        return 1
    elif action == "stop":
        end(state)
    elif action == "remove":
        STATE.unlink()
    return 0


def systemctl(arguments: list[str]) -> int:
    """`systemctl --user <action> …` of one unit."""
    action, *rest = [one for one in arguments if one not in ("--no-pager", "--no-ask-password", "--user")]
    if "--now" in rest or action == "stop":
        end(read())
    elif action == "start":
        unit = Path(os.environ["HOME"], ".config/systemd/user", rest[0]).read_text()
        (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
        launch(read(), shlex.split(line.partition("=")[2].replace("%%", "%").replace("$$", "$")))
    elif action == "show":
        sys.stdout.write("252\n" if "--property=Version" in rest else "active\n" if runs(read()) else "inactive\n")
    return 0


def launchctl(action: str, _target: str, *_rest: str) -> int:
    """`launchctl <action> gui/501/<label>`, which answers before it is done: twice it still knows what is ending."""
    state = read()
    left = state.get("ending", 0)
    if action == "bootstrap":
        write({"known": True} if left == 0 else {"ending": left - 1})
        return 0 if left == 0 else 5
    if action == "bootout":
        write({"known": True, "ending": 4})
        return 36
    if action == "print":
        known = state.get("known", False)
        if known and left:
            write({"known": left > 3, "ending": left - 1})
        sys.stdout.write("state = running\n" if known and not left else "state = SIGTERMed\n" if known else "")
        return 0 if known else 113
    return 0


def launch(state: dict[str, Any], command: list[str]) -> None:
    """Run the service."""
    # No pipe of whoever asked stays open.
    devnull = subprocess.DEVNULL
    process = subprocess.Popen(command, start_new_session=True, stdin=devnull, stdout=devnull, stderr=devnull)
    write(state | {"pid": process.pid})


def end(state: dict[str, Any]) -> None:
    """Ctrl-C, and wait."""
    if runs(state):
        os.kill(state["pid"], signal.SIGINT)
        handle = os.pidfd_open(state["pid"])
        select.select([handle], [], [], 20)


def runs(state: dict[str, Any]) -> bool:
    """Whether its process does."""
    try:
        status = Path("/proc", str(state["pid"]), "stat").read_text()
    except (KeyError, FileNotFoundError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def read() -> dict[str, Any]:
    """What is known of the service."""
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def write(state: dict[str, Any]) -> None:
    """Remember it."""
    STATE.write_text(json.dumps(state))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
