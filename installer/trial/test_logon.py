"""The mode for one person, as far as Wine goes: it registers tasks but starts none, so the trial starts it itself."""

import os
import signal
from xml.etree import ElementTree as ET

from chatbox.client.endpoint import Files, read_endpoint

from installer.trial.conftest import OLD
from installer.trial.machine import Machine, ended, until

SCRIPT = r"C:\Program Files\ChatBox\app\at_logon.py"


def test_what_the_task_starts_keeps_the_room_running_and_takes_it_along_at_its_end(installed: Machine) -> None:
    port = 47851
    command = (installed.python, "-X", "utf8", SCRIPT)
    code, said = installed.prefix.run(*command, "configure", "--workspace", r"C:\users\root\room", "--port", str(port))
    assert code == 0, said
    keeping = installed.prefix.start(*command, "keep")
    until(lambda: installed.health(port).get("version") == OLD, 30, "the person's room answers")
    health = ("health", "--expect-version", OLD, "--wait", "5")
    code, said = installed.prefix.run(*command, *health)
    assert code == 0, said
    endpoint = read_endpoint(Files(installed.prefix.c / "users" / "root" / "room").endpoint)
    assert endpoint is not None
    # With an exit code other than 0, which would be the end that a person asked for. 1 would be a Ctrl-Break.
    kill = f"import os; os.kill({endpoint.pid}, 15)"
    assert installed.prefix.run(installed.python, "-c", kill)[0] == 0
    back = until(lambda: installed.health(port).get("version") == OLD, 20, "the person's room is back")
    print(f"back after {back:.1f} s")
    (keeper,) = installed.processes("at_logon.py", "keep")
    os.kill(keeper, signal.SIGKILL)
    until(lambda: not installed.health(port), 15, "the room ends with what kept it")
    until(lambda: not installed.processes("--until-stdin-ends"), 15, "its process ends")
    ended(keeping)


def test_setup_registers_the_task_and_no_service(bare: Machine) -> None:
    """Nothing starts a task under Wine, so Setup rightly says that the room does not answer."""
    code, log = bare.setup(OLD, "/MODE=logon", r"/WORKSPACE=C:\users\root\room")
    assert code == 20
    assert bare.state() == "absent"
    assert 'at_logon.py" register --user' in log
    task = bare.prefix.c / "windows" / "system32" / "tasks" / "ChatBox"
    if not task.exists():
        task = bare.prefix.c / "windows" / "tasks" / "ChatBox"
    found = ET.fromstring(task.read_bytes())  # noqa: S314 - our own text
    assert found.tag.endswith("Task")
    bare.uninstall()
    assert not task.exists()
