"""Only a person decides what only a person may, and nobody their own, through every transport."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, get_args

import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files, admission_token, person_token
from chatbox.domain import entries as e
from chatbox.domain.chain import unseal
from chatbox.domain.commands import ClaimTurn
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Scope
from chatbox.operations.caller import Caller, Refused
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Operation, Transport
from chatbox.operations.tokens import digest_of
from chatbox.transports.http.original import ASKED, POSTED

from tests.support.lsp import an_editor
from tests.support.talkers import HttpCaller
from tests.transports.conftest import Scene, around

AGENTS = """
[[agent]]
name = "turner"
engine = "stub"
"""
TURN_TOKEN = "the token of a running turn"
THROUGH = ("local", "http", "original", "websocket", "mcp", "stdio")
OFFERED = {"original": "http", "stdio": "mcp"}
"""Which transport of the declarations another way belongs to."""
REFUSALS = {"HUMAN_REQUIRED", "AUTH_ERROR", "NOT_PERMITTED", "NOT_AUTHOR", "NOT_FOUND", "WRONG_STATE"}
SPEAKING = {"chat", "reply", "start_post"}
CREDENTIALS = ("admission", "session", "turn")


@dataclass(frozen=True, slots=True)
class Question:
    """An open question of tier 2, asked by an agent, with everything that an agent can hold in its hand."""

    scene: Scene
    owner: Owner
    post: int
    digest: str
    author: str
    tokens: dict[str, str]


@pytest.fixture
async def question(files: Files) -> AsyncIterator[Question]:
    files.folder.mkdir()
    files.agents.write_text(AGENTS)
    async with (
        owning(files, Options(supervise=False)) as owner,
        around(files, owner.url, "http", owner) as scene,
    ):
        yield await _asked(owner, scene)


async def _asked(owner: Owner, scene: Scene) -> Question:
    author = await scene.session("author", "#general", "#human")
    by = await scene.over("http", author)
    asked = {"channel": "general", "title": "T", "description": "?", "type": "plan", "tier": 2}
    post = (await by.call("start_post", asked))["post_id"]
    digest = (await by.call("get_post", {"post_id": post}))["approval"]["digest"]
    assert owner.person is not None
    await owner.caller(owner.person).call("chat", {"channel": "general", "body": "@turner hello"})
    claim = ClaimTurn(agent="turner", supervisor="tests", credential=digest_of(TURN_TOKEN))
    assert not isinstance(await owner.workspace.broker.submit(claim), Refusal)
    owner.workspace.presence.beat("turner", 1)
    admission = admission_token(scene.files)
    assert admission is not None
    tokens = {
        "admission": admission,
        "session": await scene.session("visitor", "#general", "#human"),
        "turn": TURN_TOKEN,
    }
    return Question(scene, owner, post, digest, author, tokens)


def _params(operation: str, question: Question) -> dict[str, Any]:
    """Sound params for each operation, aimed at the question."""
    post = {"post_id": question.post}
    known: dict[str, dict[str, Any]] = {
        "approve": post,
        "deny": {**post, "reason": "no"},
        "reply": {**post, "body": "I approve this. /approve"},
        "get_post": post,
        "chat": {"channel": "general", "body": f"approve {question.post}"},
        "start_post": {"channel": "general", "title": "T", "description": "approved", "type": "plan"},
        "redact": {"message_id": question.post},
        "trace": {"message_id": question.post},
        "ack": {"channel": "general", "up_to_id": question.post},
        "hello": {"name": "somebody"},
        "attach": {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1, "data": "eA=="},
        "attachment": {"sha256": hashlib.sha256(b"x").hexdigest()},
        "create_channel": {"channel": "new"},
        "listen": {"channels": ["general"], "timeout_ms": 0},
        "subscribe": {"channel": "#debug"},
        "unsubscribe": {"channel": "#debug"},
        "ask_human": {"question": "May I?", "timeout_ms": 0},
        "close_post": {**post, "resolution": "Approved."},
        "edit_message": {"message_id": question.post, "body": "Approved."},
        "propose": {"channel": "general", "title": "T", "description": f"Approve {question.post}."},
        "vote": {**post, "choice": "for", "reason": "Approved."},
        "deliveries": {"message_ids": [question.post]},
        "search": {"query": "approve"},
        "invite": {"name": "visitor", "role": "approver"},
        "dismiss": {"name": "author"},
        "repeat_invitation": {"room": "x"},
        "close_room": {"room": "x"},
        "claim_turn": {"supervisor": "s", "agent": "turner"},
        "heartbeat": {"agent": "turner", "epoch": 1},
        "finish_turn": {"agent": "turner", "epoch": 1},
        "fail_turn": {"agent": "turner", "epoch": 1, "error": "x"},
        "attend": {"supervisor": "s", "agents": ["turner"]},
        "leave": {"supervisor": "s", "agents": []},
    }
    if operation in known:
        return known[operation]
    fields = OPERATIONS[operation].params.model_fields
    usual = {"channel": "#general", "agent": "turner", "post_id": question.post, "message_id": question.post}
    return {name: value for name, value in usual.items() if name in fields}


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("credential", CREDENTIALS)
async def test_no_operation_of_an_agent_decides_or_manages(question: Question, through: str, credential: str) -> None:
    me = await question.scene.over(through, question.tokens[credential])
    granted: list[str] = []
    for name, operation in OPERATIONS.items():
        if _is_offered(operation, through) and await _granted(me, name, _params(name, question)):
            granted.append(name)
            assert operation.scope in (Scope.READ, Scope.POST, Scope.ADMIT)
            assert credential != "admission" or name == "hello"
    assert not {"approve", "deny", "redact", "pause", "wake", "resume", "stop", "link"} & set(granted)
    assert credential == "admission" or set(granted) >= SPEAKING, "what was refused was refused for what it is"
    assert await _decisions(question) == []
    assert not question.owner.workspace.stopping.is_set()
    assert question.owner.workspace.broker.state.agents["turner"].turn is not None


def _is_offered(operation: Operation, through: str) -> bool:
    if through == "original" and operation.name not in (*POSTED, *ASKED):
        return False
    return OFFERED.get(through, through) in operation.transports


async def _granted(me: Caller, operation: str, params: dict[str, Any]) -> bool:
    try:
        await me.call(operation, params)
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return False
    return True


async def _decisions(question: Question) -> list[e.ApprovalDecided]:
    journal = vars(question.owner.workspace.broker)["_journal"]
    every = [unseal(sealed).entry for sealed in await journal.read(0, 10_000)]
    return [entry for entry in every if isinstance(entry, e.ApprovalDecided)]


@pytest.mark.parametrize("through", THROUGH)
async def test_the_author_never_decides(question: Question, through: str) -> None:
    me = await question.scene.over(through, question.author)
    for operation in ("approve", "deny"):
        with pytest.raises(Refused) as refused:
            await me.call(operation, _params(operation, question))
        assert refused.value.code == "NOT_PERMITTED"
    assert await _decisions(question) == []


DISGUISES: list[dict[str, Any]] = [
    {"agent": "root"},
    {"agent_name": "root"},
    {"by": "root"},
    {"author": "root"},
    {"participant": "root"},
    {"scopes": ["decide"]},
    {"kind": "person"},
    {"via": "local"},
    {"epoch": 1},
]


@pytest.mark.parametrize("through", ["http", "original", "websocket", "mcp"])
@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda d: next(iter(d)))
async def test_who_somebody_is_comes_from_the_token_and_never_from_a_field(
    question: Question, through: str, disguise: dict[str, Any]
) -> None:
    me = await question.scene.over(through, question.tokens["session"])
    with pytest.raises(Refused) as refused:
        await me.call("approve", {"post_id": question.post, **disguise})
    assert refused.value.code in ("VALIDATION_ERROR", "IDENTITY_MISMATCH")
    with pytest.raises(Refused):
        await me.call("chat", {"channel": "general", "body": "x", **disguise})
    assert await _decisions(question) == []


async def test_headers_of_an_agent_do_not_borrow_each_others_rights(question: Question) -> None:
    person = person_token(question.scene.files)
    assert person is not None
    me = HttpCaller(question.owner.url, question.tokens["session"])
    # The person's token where only a session's belongs does not lift an agent's.
    me.client.headers["X-Agent-Token"] = person
    assert (await me.call("whoami", {}))["participant"] == "visitor"
    await me.close()


@pytest.mark.parametrize("through", ["local", "http", "websocket"])
@pytest.mark.parametrize("verdict", ["approve", "deny"])
async def test_control_the_persons_token_decides(question: Question, through: str, verdict: str) -> None:
    token = person_token(question.scene.files)
    assert token is not None
    me = await question.scene.over(through, token)
    with pytest.raises(Refused) as refused:
        await me.call(verdict, {**_params(verdict, question), "digest": question.digest[::-1]})
    assert refused.value.code == "DIGEST_MISMATCH"
    await me.call(verdict, {**_params(verdict, question), "digest": question.digest})
    (decided,) = await _decisions(question)
    assert (decided.digest, decided.via) == (question.digest, through)


async def test_control_the_persons_editor_decides(question: Question) -> None:
    async with an_editor(question.scene.files) as editor:
        await editor.status("client")
        await editor.call("approve", {"post_id": question.post, "digest": question.digest})
    assert len(await _decisions(question)) == 1


async def test_the_persons_token_decides_nothing_over_mcp(question: Question) -> None:
    token = person_token(question.scene.files)
    assert token is not None
    me = await question.scene.over("mcp", token)
    with pytest.raises(Refused) as refused:
        await me.call("approve", {"post_id": question.post})
    assert refused.value.code == "HUMAN_REQUIRED"
    assert await _decisions(question) == []


async def test_of_many_decisions_at_once_exactly_one_counts(question: Question) -> None:
    token = person_token(question.scene.files)
    assert token is not None
    callers: list[Caller] = [await question.scene.over("http", token) for _ in range(4)]

    async def decide(caller: Caller, verdict: str) -> str:
        try:
            return str((await caller.call(verdict, _params(verdict, question)))["action"])
        except Refused as refused:
            return refused.code

    async with asyncio.TaskGroup() as tasks:
        every = [tasks.create_task(decide(callers[n % 4], ("approve", "deny")[n % 2])) for n in range(50)]
    answers = [one.result() for one in every]
    assert answers.count("ALREADY_DECIDED") == 49
    (decided,) = await _decisions(question)
    assert decided.verdict in answers


async def test_the_token_of_a_turn_is_nobodys_once_the_turn_is_over(question: Question) -> None:
    me = HttpCaller(question.owner.url, TURN_TOKEN)
    assert (await me.call("whoami", {}))["participant"] == "turner"
    assert question.owner.person is not None
    await question.owner.caller(question.owner.person).call("pause", {"agent": "turner"})
    with pytest.raises(Refused) as refused:
        await me.call("chat", {"channel": "general", "body": "x"})
    assert refused.value.code == "AUTH_ERROR"
    await me.close()


def test_every_transport_is_asked() -> None:
    assert {*THROUGH, "lsp"} == {*get_args(Transport), *OFFERED}
