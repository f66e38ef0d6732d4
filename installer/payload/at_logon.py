"""ChatBox for one person: a task of Windows starts it at logon, it keeps the room running, and Setup manages both.

Windows' own restart of a task waits a minute at least, so the process that the task starts does the restarting.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.sax.saxutils import escape

import platformdirs

TASK = "ChatBox"
PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 60.0
STEADY_SECONDS = 10.0
FINAL = (0, 3, 64, 78)
"""It was ended with `chatbox stop`, or its files need a person: starting it again changes nothing."""

DEFINITION = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>The ChatBox room of {user}</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{user}</UserId></LogonTrigger></Triggers>
  <Principals><Principal id="Author">
    <UserId>{user}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>
  </Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{python}</Command><Arguments>-X utf8 "{script}" keep</Arguments></Exec>
  </Actions>
</Task>
"""


def definition(user: str, runtime: Path, script: Path) -> str:
    """The task, as the scheduler reads it; `pythonw` because a console would open a window."""
    return DEFINITION.format(user=escape(user), python=escape(str(runtime / "pythonw.exe")), script=escape(str(script)))


def configuration() -> Path:
    """The person's own service.toml."""
    return platformdirs.user_config_path("chatbox", appauthor=False) / "service.toml"


def chatbox(*arguments: str) -> list[str]:
    """A `chatbox service` command about the person's own configuration."""
    return [
        *(str(Path(sys.executable).with_name("python.exe")), "-X", "utf8", "-m", "chatbox", "service"),
        *(*arguments, "--config", str(configuration())),
    ]


def keep() -> int:
    """Run the room, and start it again after a crash: 1 s later, at most a minute when it crashes at once.

    It ends when its stdin does, which is when this process is ended, however that happens.
    """
    pause = PAUSE_SECONDS
    while True:
        began = time.monotonic()
        with subprocess.Popen(
            chatbox("run", "--until-stdin-ends"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as room:
            status = room.wait()
        if status in FINAL:
            return status
        pause = PAUSE_SECONDS if time.monotonic() - began > STEADY_SECONDS else min(pause * 2, PAUSE_SECONDS_MAX)
        time.sleep(pause)


def schtasks(*arguments: str) -> int:
    """Windows' own command for tasks; its exit code."""
    done = subprocess.run(["schtasks.exe", *arguments], capture_output=True, text=True, errors="replace", check=False)
    print(done.stdout + done.stderr)
    return done.returncode


def register(user: str) -> int:
    """Make the task, or make it anew."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "task.xml"
        text = definition(user, Path(sys.executable).parent, Path(__file__).resolve())
        written.write_text(text, encoding="utf-16")
        return schtasks("/Create", "/TN", TASK, "/XML", str(written), "/F")


def forget(workspace: Path) -> int:
    """Have the person's own configuration name a workspace no longer; what was said there stays."""
    if not configuration().exists():
        return 0
    return subprocess.run(chatbox("configure", "--remove", str(workspace)), check=False).returncode


def main() -> int:
    """The commands of Setup and of the task."""
    parser = argparse.ArgumentParser(prog="at_logon")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("keep", "start", "end", "remove"):
        commands.add_parser(name)
    commands.add_parser("register").add_argument("--user", required=True)
    configuring = commands.add_parser("configure")
    configuring.add_argument("--workspace", type=Path, required=True)
    configuring.add_argument("--port", required=True)
    commands.add_parser("forget").add_argument("--workspace", type=Path, required=True)
    health = commands.add_parser("health")
    health.add_argument("--expect-version", required=True)
    health.add_argument("--wait", required=True)
    asked = parser.parse_args()
    match asked.command:
        case "keep":
            return keep()
        case "start":
            return schtasks("/Run", "/TN", TASK)
        case "end":
            return schtasks("/End", "/TN", TASK)
        case "remove":
            return schtasks("/Delete", "/TN", TASK, "/F")
        case "register":
            return register(asked.user)
        case "configure":
            asked.workspace.mkdir(parents=True, exist_ok=True)
            chosen = ["--workspace", str(asked.workspace), "--port", asked.port, "--agents"]
            return subprocess.run(chatbox("configure", *chosen), check=False).returncode
        case "forget":
            return forget(asked.workspace)
        case _:
            wanted = ["--expect-version", asked.expect_version, "--wait", asked.wait]
            return subprocess.run(chatbox("health", *wanted), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
