"""An owner that is killed at any moment loses no answered post and carries out no request twice."""

import os
import random
import sys
from pathlib import Path

import orjson
import pytest
from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.domain import entries as e

from tests.faults.killing import (
    CLIENTS,
    Answered,
    Posting,
    Told,
    all_answered,
    killed_while_starting,
    killed_while_they_post,
    the_program,
    wrongs,
)
from tests.support.owners import an_owner, eventually, gone, verified
from tests.support.processes import Place

KILLS = int(os.environ.get("CHATBOX_KILLS", "20"))
SEED = 20_260_101

BOB = """
import json, os, pathlib, sys, time
turn = json.load(sys.stdin)
runs = pathlib.Path("runs")
first = not runs.exists()
with runs.open("a") as file:
    print(os.getpid(), file=file)
while first and not pathlib.Path("go").exists():
    time.sleep(0.01)
print(json.dumps({"body": "heard " + turn["messages"][-1]["body"].removeprefix("@bob ")}))
"""


def _told(clients: list[Posting]) -> Told:
    return {key: one for client in clients for key, one in client.told.items()}


def _clients() -> list[Posting]:
    return [Posting(f"client{number}") for number in range(CLIENTS)]


def _verify(files: Files, folder: Path) -> int:
    return Place(folder).run("verify", "--workspace", str(files.root)).code


@pytest.mark.timeout(60 + 10 * KILLS)
async def test_no_kill_loses_an_answered_post_or_carries_out_a_request_twice(files: Files, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    clients = _clients()
    for number in range(KILLS):
        if number % 5 == 4:
            await killed_while_starting(files, rng, "--no-supervise")
        else:
            await killed_while_they_post(lambda: the_program(files, "--no-supervise"), clients, rng)
    await all_answered(lambda: the_program(files, "--no-supervise"), clients)
    assert sum(client.repeated for client in clients) >= min(KILLS, CLIENTS)
    assert wrongs(_told(clients), await verified(files)) == []
    assert _verify(files, tmp_path) == 0


async def test_control_an_owner_that_answers_before_its_commit_loses_answered_posts(files: Files) -> None:
    rng = random.Random(SEED)
    clients = _clients()
    async with an_owner(files) as first:
        await first.stop()
    await killed_while_they_post(lambda: an_owner(files, "--commit-rarely=1000000"), clients, rng)
    found = wrongs(_told(clients), await verified(files))
    assert any("was answered, and is []" in one for one in found)


async def test_control_a_lost_post_a_doubled_key_another_text_and_a_gap_are_found(files: Files) -> None:
    told: Told = {}
    async with an_owner(files) as owner:
        person = await owner.person()
        for number in range(3):
            body = f"number {number}"
            answer = await person.call("chat", {"channel": "general", "body": body, "client_key": body})
            told[body] = Answered(body, answer["message_id"])
        await person.close()
        await owner.stop()
    history = await verified(files)
    assert wrongs(told, history) == []
    first, second, third = (r for r in history if isinstance(r.entry, e.MessagePosted))
    lost = [r for r in history if r is not third]
    assert any("number 2 was answered, and is []" in one for one in wrongs(told, lost))
    again = third._replace(seq=third.seq + 1, entry=third.entry.model_copy(update={"position": 4}))
    assert "number 2 is there 2 times" in wrongs(told, [*history, again])
    other = first._replace(entry=first.entry.model_copy(update={"text": {"body": "another"}}))
    assert any("'another'" in one for one in wrongs(told, [other if r is first else r for r in history]))
    gap = [r for r in history if r is not second]
    assert "the positions of #general have gaps or doubles" in wrongs({}, gap)


def _declare_bob(files: Files) -> None:
    (files.root / "bob.py").write_text(BOB)
    files.folder.mkdir()
    command = orjson.dumps([sys.executable, "bob.py"]).decode()
    files.agents.write_text(
        f'[[agent]]\nname = "bob"\nengine = "command"\ncommand = {command}\nunattended = true\n'
        'subscriptions = { "#general" = "mentions" }\n'
    )


def _runs(files: Files) -> list[int]:
    path = files.root / "runs"
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


async def test_a_turn_that_is_killed_in_its_middle_is_committed_once_after_the_restart(
    files: Files, tmp_path: Path
) -> None:
    _declare_bob(files)
    async with the_program(files) as owner:
        person = await owner.person()
        asked = int((await person.call("chat", {"channel": "general", "body": "@bob hello"}))["message_id"])
        (left_over,) = await eventually(lambda: _asked(files))
        await owner.kill()
        await person.close()
    assert not await gone(left_over)
    async with the_program(files) as owner:
        assert await gone(left_over)
        person = await owner.person()
        await eventually(lambda: _answered(person))
        await person.close()
        await owner.stop()
    history = await verified(files)
    finished = [r.entry for r in history if isinstance(r.entry, e.TurnFinished)]
    assert [(one.agent, [bound.channel for bound in one.acknowledged]) for one in finished] == [("bob", ["#general"])]
    assert finished[0].acknowledged[0].through >= asked
    assert not [r for r in history if isinstance(r.entry, e.Acknowledged) and r.entry.participant == "bob"]
    said = [r.entry for r in history if isinstance(r.entry, e.MessagePosted) and r.by == "bob"]
    assert [(one.text, one.cause) for one in said] == [({"body": "heard hello"}, asked)]
    assert len([r for r in history if isinstance(r.entry, e.AgentWoken) and r.entry.agent == "bob"]) == 1
    assert len(_runs(files)) == 2
    assert _verify(files, tmp_path) == 0


async def _asked(files: Files) -> list[int]:
    return _runs(files)


async def _answered(person: RemoteCaller) -> bool:
    page = await person.call("history", {"channel": "general", "limit": 10})
    return any(message["author"] == "bob" for message in page["messages"])
