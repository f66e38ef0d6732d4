"""What Setup puts in place, what it refuses, and what it remembers."""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from chatbox.service.accounts import service_sid

from installer.making.places import setup_file
from installer.trial.conftest import NEW, OLD
from installer.trial.machine import SERVICE, Machine, until

INSTALL_SECONDS = 60
SETUP_BYTES = 30_000_000
UNINSTALL_KEY = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\{8B0C6D0C-5B7E-4C43-9B07-5F2D2B1E6A51}_is1"


def test_a_silent_setup_ends_with_a_room_that_answers_with_its_version(bare: Machine) -> None:
    assert setup_file(OLD).stat().st_size < SETUP_BYTES
    began = time.monotonic()
    code, log = bare.setup(OLD)
    assert code == 0, log[-3000:]
    assert time.monotonic() - began < INSTALL_SECONDS
    assert bare.state() == "running"
    assert bare.answers(OLD)
    assert f"(port {bare.port}): ChatBox {OLD} answers\n" in log, "what a program printed stands in the log"


def test_the_service_has_an_account_of_its_own_and_starts_by_itself(installed: Machine) -> None:
    key = rf"HKLM\System\CurrentControlSet\Services\{SERVICE}"
    assert installed.registered(key, "ObjectName") == rf"NT SERVICE\{SERVICE}"
    assert installed.registered(key, "Start") == "0x2"


def test_the_commands_are_on_the_path_and_in_the_start_menu(installed: Machine) -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
    folders = installed.registered(key, "Path").split(";")
    assert folders.count(r"C:\Program Files\ChatBox\bin") == 1
    for command in ("chatbox", "agent-chat"):
        code, said = installed.prefix.run("cmd", "/c", rf"C:\Program Files\ChatBox\bin\{command}.cmd", "--version")
        assert (code, said.strip()) == (0, f"{command} {OLD}")
    menu = installed.prefix.c / "ProgramData/Microsoft/Windows/Start Menu/Programs/ChatBox"
    assert len(list(menu.glob("*.lnk"))) == 3


def test_a_person_speaks_from_the_command_line(installed: Machine) -> None:
    # Not through chatbox.cmd: Wine's command interpreter loses quotes behind a quoted program.
    chatbox = (installed.python, "-X", "utf8", "-m", "chatbox")
    workspace = ("--workspace", r"C:\ProgramData\ChatBox\workspace")
    code, said = installed.prefix.run(*chatbox, "post", *workspace, "general", "grüß dich")
    assert code == 0, said
    code, said = installed.prefix.run(*chatbox, "search", *workspace, "dich")
    assert (code, "grüß dich" in said) == (0, True), said


def test_a_room_that_is_ended_from_the_command_line_comes_back(installed: Machine) -> None:
    before = installed.room()
    stop = ("stop", "--workspace", r"C:\ProgramData\ChatBox\workspace")
    code, said = installed.prefix.run(installed.python, "-X", "utf8", "-m", "chatbox", *stop)
    assert code == 0, said
    until(lambda: installed.processes("service run") not in ([], [before]), 30, "another process of the room")
    until(lambda: installed.answers(OLD), 30, "it answers")


def test_the_folders_are_closed_to_others_before_anything_is_put_into_them(bare: Machine) -> None:
    code, log = bare.setup(OLD, r"/TOKENREADERS=*S-1-5-32-545;S-1-5-32-546")
    assert code == 0, log[-3000:]
    steps = [line.split(": ", 1)[1] for line in re.findall(r"exit 0: .*", log)]
    closing = [step for step in steps if "icacls" in step and r'"C:\ProgramData\ChatBox" ' in step]
    rights = {
        "S-1-5-18": "F",
        "S-1-5-32-544": "F",
        service_sid(SERVICE): "RX",
        "S-1-5-32-545": "RX",
        "S-1-5-32-546": "RX",
    }
    granted = " *S-1-5-32-545:(OI)(NP)RX" + "".join(f" *{sid}:(OI)(CI){one}" for sid, one in rights.items())
    assert [step.split('"', 2)[2].strip() for step in closing] == [
        "/setowner *S-1-5-32-544 /T /L /Q",
        "/reset /L /Q",
        f"/inheritance:r /grant:r{granted} /L /Q",
    ]
    first_word = next(i for i, step in enumerate(steps) if "service configure" in step)
    assert all(steps.index(step) < first_word for step in steps if "icacls" in step)


def test_a_reader_who_has_more_rights_anyway_keeps_them(bare: Machine) -> None:
    more = {"SYSTEM": "S-1-5-18", r"BUILTIN\Administrators": "S-1-5-32-544", service_sid(SERVICE): service_sid(SERVICE)}
    # The last is a person of Entra, whom no computer outside it knows by name.
    code, log = bare.setup(OLD, f"/TOKENREADERS={';'.join(more)};s-1-12-1-1-2-3-4")
    assert code == 0, log[-3000:]
    closing = [line for line in log.splitlines() if "/inheritance:r" in line]
    assert len(closing) == 2
    for line in closing:
        assert [line.count(f"*{sid}:") for sid in more.values()] == [1, 1, 1]
        assert "*S-1-12-1-1-2-3-4:(OI)(CI)RX" in line


@pytest.mark.parametrize("name", ["nobody-of-this-name", "S-1-5nonsense", "*S-1-5"])
def test_a_name_that_nobody_has_is_refused_before_anything_is_touched(bare: Machine, name: str) -> None:
    code, log = bare.setup(OLD, f"/TOKENREADERS={name}")
    assert (code, bare.is_installed, bare.data.exists()) == (1, False, False)
    assert f'refused: There is no account or group named "{name}"' in log


@pytest.mark.parametrize(
    ("switch", "word"),
    [
        ("/PORT=0", '"0" is no port'),
        ("/PORT=65536", '"65536" is no port'),
        ("/PORT=web", '"web" is no port'),
        ("/MODE=both", '/MODE=both is neither "service" nor "logon"'),
        ("/WORKSPACE=relative", '"relative" is no absolute path'),
        (r"/WORKSPACE=C:\Windows\room", r"C:\Windows\room belongs to Windows or to programs"),
    ],
)
def test_a_wrong_switch_is_refused_before_anything_is_touched(bare: Machine, switch: str, word: str) -> None:
    code, log = bare.setup(OLD, switch)
    assert (code, bare.is_installed, bare.data.exists()) == (1, False, False)
    assert f"refused: {word}" in log


def test_a_port_that_is_taken_is_named_and_nothing_changes(bare: Machine) -> None:
    with socket.create_server(("127.0.0.1", 47999)):
        code, log = bare.setup(OLD, "/PORT=47999")
    assert (code, bare.is_installed, bare.data.exists()) == (7, False, False)
    assert "refused: Port 47999 is taken by another program" in log


def test_a_room_that_does_not_answer_is_told_with_exit_code_20(bare: Machine) -> None:
    code, log = bare.setup(OLD)
    assert code == 0, log[-3000:]
    # A journal that cannot be one: the service starts and cannot serve.
    bare.stop()
    until(lambda: bare.state() == "stopped", 20, "stopped")
    # A wrapper that is stopped right after its start may stay under Wine. Setup ends it only after a stop of its own.
    bare.wrapper_ended()
    (bare.data / "workspace" / ".agentchat" / "journal.db").write_bytes(b"no database" * 1000)
    code, log = bare.setup(NEW, "/PORT")
    assert code == 20
    assert "failed: ChatBox is installed, but does not answer on port 47811" in log
    assert re.search(r"\(port 47811\): .+\n(?s:.)*exit 4: .* service health", log), "what did not answer, in its words"


def test_a_program_that_cannot_be_started_at_once_is_started_again(bare: Machine) -> None:
    """As when a virus scanner holds it: Wine has no eventcreate.exe, so one that is no program yet takes its place."""
    system = bare.prefix.c / "windows" / "system32"
    place, program = system / "eventcreate.exe", (system / "hostname.exe").read_bytes()
    place.write_bytes(b"no program")
    try:
        with ThreadPoolExecutor(1) as setting_up:
            going = setting_up.submit(bare.setup, OLD)
            until(lambda: "cannot start" in bare.log_so_far(), 120, "Setup tried to start it")
            place.write_bytes(program)
            code, log = going.result()
    finally:
        place.unlink()
    assert code == 0, log[-3000:]
    assert re.search(r"cannot start .*eventcreate\.exe: .+\n(?s:.)*exit \d+: .*eventcreate\.exe", log)


def test_a_running_room_keeps_running_when_an_upgrade_is_refused(installed: Machine) -> None:
    with socket.create_server(("127.0.0.1", 47999)):
        code, _ = installed.setup(NEW, "/PORT=47999")
    assert code == 7
    until(lambda: installed.answers(OLD), 20, "the old version answers again")


def test_what_was_chosen_is_remembered_by_an_upgrade_and_a_switch_changes_it(bare: Machine) -> None:
    chosen = ("/PORT=47822", r"/WORKSPACE=C:\Projects\ws", "/TOKENREADERS=S-1-5-32-545")
    assert bare.setup(OLD, *chosen)[0] == 0
    code, log = bare.setup(NEW, "/PORT")
    assert code == 0, log[-3000:]
    assert bare.health(47822)["version"] == NEW
    assert (bare.prefix.c / "Projects" / "ws" / ".agentchat" / "journal.db").exists()
    assert "*S-1-5-32-545:(OI)(CI)RX" in log
    code, log = bare.setup(NEW, "/PORT=47823", "/TOKENREADERS=none")
    assert (code, bare.health(47823).get("version"), bare.health(47822)) == (0, NEW, {})
    # All users may read the files directly in the folder, such as service.toml; what inherits is for readers.
    assert "*S-1-5-32-545:(OI)(CI)RX" not in log
    code, log = bare.setup(NEW, "/PORT")
    assert (code, bare.health(47823).get("version")) == (0, NEW)
    assert "*S-1-5-32-545:(OI)(CI)RX" not in log
    bare.uninstall("/PURGE")
    assert (bare.prefix.c / "Projects" / "ws").is_dir()
    assert not (bare.prefix.c / "Projects" / "ws" / ".agentchat").exists()


def test_another_workspace_takes_the_place_of_the_former_one_which_is_given_back(bare: Machine) -> None:
    first, second = bare.prefix.c / "Prüf stand" / "Raum ü", bare.prefix.c / "Second"
    assert bare.setup(OLD, r"/WORKSPACE=C:\Prüf stand\Raum ü")[0] == 0
    code, log = bare.setup(OLD, r"/WORKSPACE=C:\Second")
    assert code == 0, log[-3000:]
    said = (bare.data / "service.toml").read_text(encoding="utf-8")
    assert (said.count("[[workspace]]"), "Second" in said) == (1, True)
    assert f'icacls.exe "C:\\Prüf stand\\Raum ü" /remove:g *{service_sid(SERVICE)} /L /Q' in log
    assert r'icacls.exe "C:\Prüf stand\Raum ü\.agentchat" /reset /T /L /Q' in log
    assert (first / ".agentchat" / "journal.db").exists()
    # Its person may run it now: nothing says any more that it is the service's.
    code, log = bare.setup(OLD, "/MODE=logon")
    assert code == 20, "nothing starts a task under Wine"
    assert "[[workspace]]" not in (bare.data / "service.toml").read_text(encoding="utf-8")
    assert r'icacls.exe "C:\Second\.agentchat" /reset /T /L /Q' in log
    assert (second / ".agentchat" / "journal.db").exists()


def test_a_persons_configuration_names_only_the_workspace_that_was_chosen_last(bare: Machine) -> None:
    """Nothing starts a task under Wine, so Setup rightly says that no room answers."""
    own = bare.prefix.c / "users" / "root" / "AppData" / "Local" / "chatbox" / "service.toml"

    def named() -> list[str]:
        return re.findall(r'^path = "(.*)"$', own.read_text(encoding="utf-8"), re.MULTILINE) if own.exists() else []

    before = named()
    assert bare.setup(OLD, "/MODE=logon", r"/WORKSPACE=C:\Third")[0] == 20
    assert bare.setup(OLD, r"/WORKSPACE=C:\Fourth")[0] == 20
    assert named() == [*before, r"C:\\Fourth"]
    assert bare.setup(OLD, "/MODE=service")[0] == 0
    assert named() == before
    assert bare.setup(OLD, "/MODE=logon")[0] == 20
    bare.uninstall("/PURGE")
    assert named() == before


def test_purge_removes_the_rooms_of_all_workspaces_and_nothing_else_of_them(bare: Machine) -> None:
    assert bare.setup(OLD, r"/WORKSPACE=C:\Projects\one")[0] == 0
    other = bare.prefix.c / "Projects" / "two"
    (other / ".agentchat").mkdir(parents=True, exist_ok=True)
    (other / "work.txt").write_text("a person's")
    chatbox = (bare.python, "-X", "utf8", "-m", "chatbox", "service")
    code, said = bare.prefix.run(*chatbox, "configure", "--workspace", r"C:\Projects\two")
    assert code == 0, said
    bare.uninstall("/PURGE")
    assert not (bare.prefix.c / "Projects" / "one" / ".agentchat").exists()
    assert (list(other.iterdir()), bare.data.exists()) == ([other / "work.txt"], False)


def test_an_older_version_is_not_put_over_a_newer_one(bare: Machine) -> None:
    assert bare.setup(NEW)[0] == 0
    code, log = bare.setup(OLD)
    assert code == 1
    assert f"refused: ChatBox {NEW} is installed, which is newer than {OLD}" in log
    assert bare.answers(NEW)
    assert bare.registered(UNINSTALL_KEY, "DisplayVersion") == NEW


def test_an_uninstallation_keeps_what_was_said_and_purge_removes_it(bare: Machine) -> None:
    assert bare.setup(OLD)[0] == 0
    token = (bare.data / "workspace" / ".agentchat" / "token").read_text()
    bare.uninstall()
    assert (bare.programs.exists(), bare.state(), bare.health()) == (False, "absent", {})
    assert bare.setup(OLD)[0] == 0
    assert (bare.data / "workspace" / ".agentchat" / "token").read_text() == token
    bare.uninstall("/PURGE")
    assert (bare.programs.exists(), bare.data.exists(), bare.state()) == (False, False, "absent")
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
    assert "ChatBox" not in bare.registered(key, "Path")


def test_verify_install_finds_nothing_wrong_and_names_a_file_that_was_changed(installed: Machine) -> None:
    verify = (installed.python, "-X", "utf8", r"C:\Program Files\ChatBox\app\verify_install.py")
    # Without --kill: how soon a killed room is back is measured from outside, by another test.
    code, said = installed.prefix.run(*verify)
    assert (code, "WRONG" in said) == (0, False), said
    assert "not checked" in said, "Wine keeps no access lists, and nothing may claim otherwise"
    program = installed.programs / "app" / "at_logon.py"
    before = program.read_bytes()
    program.write_bytes(before + b"\n")
    code, said = installed.prefix.run(*verify)
    program.write_bytes(before)
    assert code == 1
    assert "WRONG  changed or missing: ['app/at_logon.py']" in said
