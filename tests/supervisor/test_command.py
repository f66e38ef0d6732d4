"""The command engine: any program as an agent."""

import asyncio
import json
from pathlib import Path

import pytest
from chatbox.cli.loops import loop_factory
from chatbox.domain import entries as e
from chatbox.domain.values import Limits

from tests.supervisor.stage import PERSON, QUICK, Actor, a_stage, program, shell
from tests.support.owners import eventually, gone

ECHO = """
import json, sys
turn = json.load(sys.stdin)
for message in turn["messages"]:
    print(json.dumps({"body": "heard " + message["body"]}))
"""


async def test_a_turn_is_json_on_stdin_and_replies_are_json_lines_on_stdout(tmp_path: Path) -> None:
    code = """
import json, sys
turn = json.load(sys.stdin)
open("turn.json", "w").write(json.dumps(turn))
print(json.dumps({"body": "a chat"}))
print()
print(json.dumps({"post_id": turn["messages"][0]["id"], "body": "a reply"}))
print(json.dumps({"title": "T", "body": "a post", "type": "plan", "channel": "#dispatch"}))
"""
    async with a_stage(tmp_path, {"bob": Actor(program(tmp_path, code))}) as stage:
        asked = await stage.say("@bob hello")
        ((finished, _),) = await stage.told(e.TurnFinished)
        said = [(r, m) for r, m in await stage.entries(e.MessagePosted) if r.by == "bob"]
        assert [(m.kind, m.channel, m.thread) for _, m in said] == [
            ("chat", "#general", None),
            ("reply", "#general", asked),
            ("post", "#dispatch", None),
        ]
        assert [r.seq for r, _ in said] == [finished.seq - 3, finished.seq - 2, finished.seq - 1]
        assert {m.cause for _, m in said} == {asked}
    turn = json.loads((tmp_path / "turn.json").read_text())
    assert [m["body"] for m in turn["messages"]] == ["@bob hello"]
    assert (turn["agent"], turn["epoch"], turn["attempt"], turn["workspace"]) == ("bob", 1, 1, str(tmp_path))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("print('hello, I am not JSON')", r"Line 1 of its output is not JSON: b'hello, I am not JSON'"),
        ("print('[1]')", 'Line 1 of its output must be an object such as {"body": "…"}.'),
        ('print(\'{"body": ""}\')', "What it said was refused: finish_turn: said.0.body"),
        ('print(\'{"body": "x", "channel": "#nowhere"}\')', "What it said was refused: There is no channel"),
        ("import sys; sys.exit('it broke')", "It exited with 1. it broke"),
        ("import os; os.kill(os.getpid(), 9)", "It exited with -9."),
    ],
)
async def test_a_turn_that_goes_wrong_says_why(tmp_path: Path, code: str, why: str) -> None:
    async with a_stage(tmp_path, {"bob": Actor(program(tmp_path, code))}, Limits(attempts=1)) as stage:
        await stage.say("@bob hello")
        ((_, failed),) = await stage.told(e.TurnFailed)
        assert why in (failed.text or {})["error"]
        assert await stage.said_by("bob") == []


def test_a_program_that_reads_nothing_and_ends_at_once_has_said_what_it_said(tmp_path: Path) -> None:
    """On the loop that `chatbox up` runs on: there every second of such turns failed with an ExceptionGroup."""

    async def turns() -> tuple[list[str], int]:
        engine = shell(tmp_path, """echo '{"body": "done"}'""")
        async with a_stage(tmp_path, {"bob": Actor(engine)}, Limits(attempts=1)) as stage:
            for count in range(1, 11):
                await stage.say("@bob hello")
                await stage.told(e.TurnFinished, count)
            return await stage.said_by("bob"), len(await stage.entries(e.TurnFailed))

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        said, failed = runner.run(turns())
    assert (said, failed) == (["done"] * 10, 0)


async def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    engine = program(tmp_path, "")
    vars(engine)["_command"] = ("no-such-program",)
    async with a_stage(tmp_path, {"bob": Actor(engine)}, Limits(attempts=1)) as stage:
        await stage.say("@bob hello")
        ((_, failed),) = await stage.told(e.TurnFailed)
        assert "`no-such-program` cannot be started: No such file" in (failed.text or {})["error"]


async def test_a_failing_program_is_retried_then_parked_and_a_person_resumes_it(tmp_path: Path) -> None:
    code = ECHO + "if not __import__('os').path.exists('well'): sys.exit('not well')"
    async with a_stage(tmp_path, {"bob": Actor(program(tmp_path, code))}, QUICK) as stage:
        await stage.say("@bob hello")
        parked = await stage.becomes("bob", "parked")
        assert parked["parked_because"] == (
            f"Its turn failed {QUICK.attempts} times. The last error: It exited with 1. not well"
        )
        failed = await stage.entries(e.TurnFailed)
        assert [f.epoch for _, f in failed] == list(range(1, QUICK.attempts + 1))
        rests = [f.retry_at - r.at for r, f in failed]
        assert rests == [QUICK.backoff(n) for n in range(1, QUICK.attempts + 1)]
        assert await stage.said_by("bob") == []
        (tmp_path / "well").touch()
        await stage.person.call("resume", {"agent": "bob"})
        await stage.told(e.TurnFinished)
        assert await stage.said_by("bob") == ["heard @bob hello"]


async def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    script = "echo $$ > pid; sleep 1000"
    async with a_stage(tmp_path, {"bob": Actor(shell(tmp_path, script, 0.3))}, Limits(attempts=1)) as stage:
        await stage.say("@bob hello")
        ((_, failed),) = await stage.told(e.TurnFailed)
        assert (failed.text or {})["error"] == "It took longer than 0.3 s and was ended."
    assert await gone(int((tmp_path / "pid").read_text()))


LEAVING = {
    "in the background": "sleep 1000 >/dev/null 2>&1 & echo $! > child",
    "with its output open": "sleep 1000 & echo $! > child",
    "by a subshell that is gone": "(sleep 1000 >/dev/null 2>&1 & echo $! > child)",
    "that takes no TERM": "(trap '' TERM; sleep 1000; sleep 1000) >/dev/null 2>&1 & echo $! > child",
}


@pytest.mark.parametrize("script", LEAVING.values(), ids=LEAVING.keys())
async def test_what_a_program_leaves_running_is_ended_with_its_turn(tmp_path: Path, script: str) -> None:
    script += """; echo '{"body": "done"}'"""
    async with a_stage(tmp_path, {"bob": Actor(shell(tmp_path, script))}, Limits(attempts=1)) as stage:
        await stage.say("@bob hello")
        await stage.told(e.TurnFinished)
        assert await stage.said_by("bob") == ["done"]
        child = int((tmp_path / "child").read_text())
        await eventually(lambda: gone(child))


@pytest.mark.parametrize("script", LEAVING.values(), ids=LEAVING.keys())
async def test_what_a_program_started_is_ended_when_its_turn_is_given_up(tmp_path: Path, script: str) -> None:
    script += "; touch ready; sleep 1000"
    async with a_stage(tmp_path, {"bob": Actor(shell(tmp_path, script))}) as stage:
        await stage.say("@bob hello")
        await eventually(lambda: _exists(tmp_path / "ready"))
        child = int((tmp_path / "child").read_text())
        await stage.person.call("pause", {"agent": "bob"})
        await eventually(lambda: gone(child))


async def test_a_program_that_prints_without_end_fails_its_turn_in_bounded_memory(tmp_path: Path) -> None:
    async with a_stage(tmp_path, {"bob": Actor(shell(tmp_path, "yes", 3))}, Limits(attempts=1)) as stage:
        await stage.say("@bob hello")
        ((_, failed),) = await stage.told(e.TurnFailed)
        assert "printed more than" in (failed.text or {})["error"]


async def test_its_environment_holds_no_secret_but_the_token_of_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTCHAT_AUTH_TOKEN", "planted admission")
    monkeypatch.setenv("AGENTCHAT_PERSON_TOKEN", PERSON)
    monkeypatch.setenv("PLANTED", "planted")
    code = "import json, os, sys; json.dump(dict(os.environ), open('environment.json', 'w'))"
    async with a_stage(tmp_path, {"bob": Actor(program(tmp_path, code))}) as stage:
        await stage.say("@bob hello")
        await stage.told(e.TurnFinished)
        text = (tmp_path / "environment.json").read_text()
        held = json.loads(text)
        assert "planted" not in text
        assert PERSON not in text
        assert sorted(name for name in held if name.startswith("AGENTCHAT")) == [
            "AGENTCHAT_AGENT_NAME",
            "AGENTCHAT_TOKEN",
            "AGENTCHAT_URL",
            "AGENTCHAT_WORKSPACE",
        ]
        assert held["AGENTCHAT_TOKEN"] not in (str(await stage.entries(e.Entry)))


async def _exists(path: Path) -> bool:
    return path in list(path.parent.iterdir())
