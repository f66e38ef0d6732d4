"""What Windows alone does about processes: a job holds what a turn started, and a sidecar ends with its editor."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from chatbox.client.endpoint import Files, read_endpoint

from installer.trial.machine import Machine, ended, until

PORT = 47831
CHATBOX = ("-X", "utf8", "-m", "chatbox")
ROOM = r"C:\a room ü"
AGENT = """\
import json, pathlib, subprocess, sys, time
turn = sys.stdin.readline()
# It inherits the pipes, as what Node starts does.
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)  # left-behind"], close_fds=False)
# The whole turn may be over sooner than anybody has looked.
while not pathlib.Path("seen").exists():
    time.sleep(0.05)
print(json.dumps({"body": "grüß dich"}), flush=True)
time.sleep(600 if "remain-here" in turn else 0)
"""
DECLARED = """\
[[agent]]
name = "worker"
engine = "command"
command = ['{python}', '-X', 'utf8', '{room}\\agent.py']
unattended = true
"""
EDITOR = """\
import json, os, subprocess, sys, time
open("editor.pid", "w").write(str(os.getpid()))
sidecar = subprocess.Popen([sys.executable, *{chatbox}, "lsp", "--workspace", {room!r}], stdin=subprocess.PIPE)
params = {{"processId": os.getpid(), "rootUri": None, "capabilities": {{}}}}
for said in ({{"id": 1, "method": "initialize", "params": params}}, {{"method": "initialized", "params": {{}}}}):
    body = json.dumps({{"jsonrpc": "2.0", **said}}).encode()
    sidecar.stdin.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
    sidecar.stdin.flush()
time.sleep(600)  # the-editor
"""


@pytest.fixture
def room(installed: Machine) -> Iterator[Path]:
    """A workspace with spaces and an umlaut, and an agent in it that leaves a process behind."""
    folder = installed.prefix.c / "a room ü"
    (folder / ".agentchat").mkdir(parents=True, exist_ok=True)
    (folder / "agent.py").write_text(AGENT, encoding="utf-8")
    declared = DECLARED.format(python=installed.python, room=ROOM)
    (folder / ".agentchat" / "agents.toml").write_text(declared, encoding="utf-8")
    yield folder
    for pid in installed.processes("left-behind"):
        os.kill(pid, signal.SIGKILL)


def _post(machine: Machine, text: str) -> None:
    code, said = machine.prefix.run(machine.python, *CHATBOX, "post", "--workspace", ROOM, "general", text)
    assert code == 0, said


def _terminate(machine: Machine, pid: int) -> None:
    """End a process by Windows' number of it, without a word to it."""
    assert machine.prefix.run(machine.python, "-c", f"import os; os.kill({pid}, 15)")[0] == 0


def test_what_a_turn_leaves_behind_ends_with_it_and_with_the_room(installed: Machine, room: Path) -> None:
    owner = installed.prefix.start(installed.python, *CHATBOX, "up", "--workspace", ROOM, "--port", str(PORT))
    until(lambda: installed.health(PORT), 60, "the room answers")
    _post(installed, "@worker speak")
    until(lambda: installed.processes("left-behind"), 60, "the agent started another process")
    (room / "seen").touch()
    until(lambda: not installed.processes("left-behind"), 20, "it ended with the turn")
    _post(installed, "@worker remain-here")
    until(lambda: installed.processes("left-behind"), 60, "the agent started another process")
    assert installed.processes("agent.py"), "a turn that runs keeps what it started"
    endpoint = read_endpoint(Files(room).endpoint)
    assert endpoint is not None
    _terminate(installed, endpoint.pid)
    until(lambda: not installed.processes("agent.py") + installed.processes("left-behind"), 20, "all ended with it")
    ended(owner)


def test_a_sidecar_ends_with_its_editor(installed: Machine, room: Path) -> None:
    endpoint = room / ".agentchat" / "endpoint.json"
    # Of a room that was killed.
    endpoint.unlink(missing_ok=True)
    program = room / "editor.py"
    program.write_text(EDITOR.format(chatbox=CHATBOX, room=ROOM), encoding="utf-8")
    editor = installed.prefix.start(installed.python, "-X", "utf8", ROOM + r"\editor.py", cwd=room)
    until(endpoint.exists, 60, "the sidecar owns the room")
    assert installed.processes("chatbox lsp")
    _terminate(installed, int((room / "editor.pid").read_text()))
    until(lambda: not installed.processes("chatbox lsp"), 20, "the sidecar ended")
    ended(editor)
