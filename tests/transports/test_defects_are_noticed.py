"""The controls of the acceptance tests: each is run on the rule of the earlier system, and must fail where it looks.

The rule is planted into our own code, the smallest change that makes it behave as the earlier system was observed to.
"""

import asyncio
import contextlib
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from chatbox.app import owning
from chatbox.broker.waiting import Heard, Waiting
from chatbox.client.endpoint import Files
from chatbox.domain import decide, evolve, wake
from chatbox.domain import entries as e
from chatbox.domain.commands import THE_SYSTEM, Acknowledge, OpenSession
from chatbox.domain.decide.outline import Outline
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import Identity, Scope
from chatbox.operations import door, people
from chatbox.operations.calling import invoke
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Call, Operation, Transport
from chatbox.operations.workspace import Workspace
from chatbox.ports import TurnSpec
from chatbox.supervisor.supervisor import Supervisor
from chatbox.transports.http import application, original
from chatbox.transports.http.border import Border
from chatbox.transports.mcp import tools
from pydantic import BaseModel

from tests.transports import test_defects_of_the_earlier_system as acceptance
from tests.transports.house import House

Patch = pytest.MonkeyPatch


@contextlib.contextmanager
def noticed(line: str) -> Iterator[None]:
    """The acceptance test in here fails, and does so where its source says `line`."""
    with pytest.raises(BaseException) as raised:  # noqa: PT011 - which one it must be is checked below
        yield
    failure: BaseException = raised.value
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    assert isinstance(failure, AssertionError | pytest.fail.Exception), failure
    seen = [f.line or "" for f in traceback.extract_tb(failure.__traceback__) if f.filename == acceptance.__file__]
    assert any(line in one for one in seen), seen


async def test_1_who_is_woken_by_its_own_messages(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(wake, "_reason", lambda _subscription, _message: "subscribed")
    with noticed("len(await stage.entries(e.AgentWoken)) == 1"):
        await acceptance.test_1_one_message_of_a_person_wakes_an_agent_that_replies_once(tmp_path)


async def test_2_a_crashed_turn_that_counts_as_done(tmp_path: Path, monkeypatch: Patch) -> None:
    async def drop(supervisor: Supervisor, agent: str, epoch: int, _error: str) -> None:
        await supervisor._caller.call("finish_turn", {"agent": agent, "epoch": epoch, "said": []})  # noqa: SLF001

    monkeypatch.setattr(Supervisor, "_fail", drop)
    with noticed("len(await stage.entries(e.TurnFailed)) == 1"):
        await acceptance.test_2_a_turn_that_crashes_is_tried_again(tmp_path)


def anyone_decides(patch: Patch) -> None:
    """The author as well."""
    patch.setattr("chatbox.domain.approval.may_decide", lambda _approval, _by: None)


def _fold(patch: Patch, kind: type[e.Entry], fold: Callable[..., None]) -> None:
    patch.setattr(evolve, "_FOLDS", vars(evolve)["_FOLDS"] | {kind: fold})


def decided_stays_open(patch: Patch) -> None:
    """So that approve and deny are both recorded."""
    _fold(patch, e.ApprovalDecided, lambda *_: None)


def the_next_message_loses_it(patch: Patch) -> None:
    """What is open was read from the last `#dispatch` message."""
    real = evolve._FOLDS[e.MessagePosted]  # noqa: SLF001

    def fold(state: State, recorded: e.Recorded, entry: e.MessagePosted) -> None:
        real(state, recorded, entry)
        for approval in list(state.approvals):
            del state.approvals[approval]

    _fold(patch, e.MessagePosted, fold)


@pytest.mark.parametrize(
    ("plant", "line"),
    [
        (anyone_decides, 'code(bob, "approve", post_id=post) == "NOT_PERMITTED"'),
        (decided_stays_open, 'code(house.person, "deny"'),
        (the_next_message_loses_it, 'code(bob, "approve", post_id=post) == "NOT_PERMITTED"'),
    ],
)
async def test_3_approvals_as_text(house: House, monkeypatch: Patch, plant: Callable[[Patch], None], line: str) -> None:
    plant(monkeypatch)
    with noticed(line):
        await acceptance.test_3_an_approval_stays_is_never_the_authors_and_is_decided_once(house)


async def test_4_one_request_at_a_time(house: House, monkeypatch: Patch) -> None:
    real, turn = Border.__call__, asyncio.Lock()

    async def one_at_a_time(border: Border, *asked: Any) -> None:
        async with turn:
            await real(border, *asked)

    monkeypatch.setattr(Border, "__call__", one_at_a_time)
    monkeypatch.setattr(acceptance, "PARKED", 1)
    monkeypatch.setitem(acceptance.LISTENS, "timeout_ms", 300)
    with noticed("watched.waiters == PARKED"):
        await acceptance.test_4_many_parked_listens_hold_up_no_other_request(house)


async def test_5_no_lock(files: Files, monkeypatch: Patch) -> None:
    monkeypatch.setattr(owning, "_locked", lambda _files: contextlib.nullcontext())
    with noticed("pytest.raises(OwnedAlready)"):
        await acceptance.test_5_a_second_writer_is_refused_and_the_chain_stays_one(files)


async def test_6_an_offset_beyond_the_end(house: House, monkeypatch: Patch) -> None:
    def believe(outline: Outline, asked: Acknowledge) -> None:
        outline.add(e.Acknowledged(participant=asked.by.participant, channel=asked.channel, through=asked.through))

    monkeypatch.setattr(decide, "_RULES", vars(decide)["_RULES"] | {Acknowledge: believe})
    with noticed('answer.json()["last_read_id"] < 10**9'):
        await acceptance.test_6_an_ack_beyond_the_end_blinds_nobody(house)


def nobody_is_asked_for_a_token(patch: Patch) -> None:
    """As `/rooms` and `/get_post` were."""
    anyone = Identity(participant="anyone", kind="agent", scopes=frozenset((Scope.READ,)))
    real = original.identified

    def identified(place: Any, where: Any, headers: Any, body: dict[str, Any]) -> Any:
        found = real(place, where, headers, body)
        return (anyone, body) if not isinstance(found, tuple) else found

    patch.setattr(original, "identified", identified)


def everything_is_readable(patch: Patch) -> None:
    """`listen` gave what was asked for."""
    patch.setattr(Workspace, "readable", lambda _workspace, _by, _channels: None)


def every_message_is_readable(patch: Patch) -> None:
    """`get_post` gave what was asked for."""
    real = OPERATIONS["get_post"]

    async def as_a_person(call: Call, params: Any) -> Any:
        return await real.handler(replace(call, by=call.by.model_copy(update={"kind": "person"})), params)

    patch.setitem(OPERATIONS, "get_post", replace(real, handler=as_a_person))


@pytest.mark.parametrize(
    ("plant", "line"),
    [
        (nobody_is_asked_for_a_token, "(await nobody.get(path)).status_code == 401"),
        (everything_is_readable, 'code(bob, "listen"'),
        (every_message_is_readable, "status_code == 404"),
    ],
)
async def test_7_open_reading(house: House, monkeypatch: Patch, plant: Callable[[Patch], None], line: str) -> None:
    plant(monkeypatch)
    with noticed(line):
        await acceptance.test_7_reading_needs_a_token_and_a_subscription(house)


async def test_8_a_cursor_that_a_restart_forgets(tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setattr(evolve, "_acknowledge", lambda *_: None)
    with noticed("spec.brief.messages"):
        await acceptance.test_8_a_restart_dispatches_no_old_traffic(tmp_path)


async def test_9_schemas_without_the_session_token(house: House, monkeypatch: Patch) -> None:
    real = tools._input_schema  # noqa: SLF001

    def without(operation: Operation) -> dict[str, Any]:
        schema = real(operation)
        schema["properties"].pop("session_token", None)
        return schema

    monkeypatch.setattr(tools, "_input_schema", without)
    with noticed('"session_token" in tool.input_schema["properties"]'):
        await acceptance.test_9_a_model_that_follows_the_schemas_can_call_everything_after_hello(house)


async def test_10_one_waiter_per_agent(house: House, monkeypatch: Patch) -> None:
    real, places = Waiting.listen, dict[str, asyncio.Event]()

    async def listen(waiting: Waiting, reader: str, *asked: Any, **options: Any) -> Heard:
        if reader in places:
            places[reader].set()
        replaced = places[reader] = asyncio.Event()
        async with asyncio.TaskGroup() as both:
            mine = both.create_task(real(waiting, reader, *asked, **options))
            other = both.create_task(replaced.wait())
            await asyncio.wait((mine, other), return_when=asyncio.FIRST_COMPLETED)
            mine.cancel()
            other.cancel()
        if not mine.cancelled():
            return mine.result()
        return Heard(messages=[], timed_out=True, more=False, next_cursor=0)

    monkeypatch.setattr(Waiting, "listen", listen)
    with noticed("heard == [[said"):
        await acceptance.test_10_a_second_listen_of_an_agent_does_not_replace_the_first(house)


async def test_11_any_name(house: House, monkeypatch: Patch) -> None:
    class AnyName(people.HelloParams):
        name: str

    lax = replace(OPERATIONS["hello"], params=AnyName)
    monkeypatch.setitem(OPERATIONS, "hello", lax)
    monkeypatch.setattr(door, "OpenSession", partial(OpenSession.model_construct, by=THE_SYSTEM, key=None))
    with noticed('code(door, "hello", name=name)'):
        await acceptance.test_11_names_that_would_be_markup_are_refused(house)


async def test_12_giving_up_by_pattern(tmp_path: Path, monkeypatch: Patch) -> None:
    real = Supervisor._run  # noqa: SLF001

    async def run(supervisor: Supervisor, spec: TurnSpec) -> list[dict[str, Any]]:
        said = await real(supervisor, spec)
        return [one for one in said if not re.search(r"doesn't exist|give up|cannot continue", one["body"])]

    monkeypatch.setattr(Supervisor, "_run", run)
    with noticed('stage.said_by("bob") == [prose, prose]'):
        await acceptance.test_12_ordinary_prose_about_what_is_missing_gives_nothing_up(tmp_path)


async def test_13_details_that_overwrite_the_event(house: House, monkeypatch: Patch) -> None:
    async def overwritten(
        workspace: Workspace, by: Identity, via: Transport, name: str, params: dict[str, Any]
    ) -> BaseModel | Refusal:
        details = {"agent": by.participant} | params
        known = {field: details[field] for field in OPERATIONS[name].params.model_fields if field in details}
        speaker = by.model_copy(update={"participant": details["agent"]})
        return await invoke(workspace, speaker, via, name, known)

    monkeypatch.setattr(application, "invoke", overwritten)
    with noticed('code(bob, "chat", channel="#general", body="x", **field)'):
        await acceptance.test_13_no_field_of_a_request_overwrites_a_number_or_an_author(house)
