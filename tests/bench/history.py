"""Workspaces with a past: made offline once and kept, then compared with an empty one, or killed and started again."""

import asyncio
import hashlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from chatbox.app.clock import SystemClock
from chatbox.broker.recovery import fold
from chatbox.client.endpoint import Files
from chatbox.domain.batch import decide_batch
from chatbox.domain.commands import PostMessage
from chatbox.domain.facts import Facts
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import PERSON_SCOPES, Identity, Limits, Utterance
from chatbox.journal.sqlite import SqliteJournal

from tests.bench.figures import Plan, Say, generate
from tests.bench.numbers import Value
from tests.bench.servers import (
    CACHE,
    END_SECONDS_MAX,
    ROOT,
    CannotMeasure,
    Server,
    Workspace,
    chatbox_program,
    end,
    scratch,
    start_chatbox,
)
from tests.bench.starting import timed_start

BATCH = 1_000
BODY = "x" * 300
VIEWS_SECONDS_MAX = 1_200.0
"""Views of a million messages, on a slow machine."""

SOURCES = ("domain", "views", "journal")


def compared_with_empty(plan: Plan, say: Say) -> list[Value]:
    """History by empty, in turn: the median of the ratios of each round."""
    names = ("posts a second of 64 clients", "p50 of 1 client's posts", "p50 of delivery", "start")
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for number in range(plan.pairs):
        with ExitStack() as stack:
            empty = stack.enter_context(_workspace_with(0, say))
            full = stack.enter_context(_workspace_with(plan.messages, say))
            # Each goes first in every other round.
            order = (empty, full) if number % 2 == 0 else (full, empty)
            taken = dict(zip(order, _measured_in_turn(order, plan, stack), strict=True))
        for name, with_history, without in zip(names, taken[full], taken[empty], strict=True):
            ratios[name].append(with_history / without)
            say(f"  history, round {number + 1}: {name} {with_history:,.2f}, empty {without:,.2f}")
    label = f"history of {plan.messages:,} by empty"
    return [Value(name=f"{label}: {name}", unit="×", values=values) for name, values in ratios.items()]


def recoveries(plan: Plan, say: Say) -> list[Value]:
    """kill -9 right after a load, then the time until GET /health is answered."""
    seconds: list[float] = []
    with _workspace_with(plan.messages_recovered, say) as workspace:
        server = start_chatbox(workspace)
        try:
            for number in range(plan.rounds):
                generate(plan.spec(server, mode="rate", clients=64))
                server.kill()
                server, taken = timed_start(workspace)
                seconds.append(taken)
                say(f"  recovery {number + 1}: {taken:.2f} s")
        finally:
            end(server.process)
    return [Value(name=f"recovery of {plan.messages_recovered:,} messages", unit="s", values=seconds)]


def _measured_in_turn(
    order: tuple[Workspace, Workspace], plan: Plan, stack: ExitStack
) -> list[tuple[float, float, float, float]]:
    """Rate, p50 of a post, p50 of a delivery and seconds of the start, for each. The rate last: it makes history."""
    started: list[tuple[Server, float]] = []
    for workspace in order:
        server, seconds = timed_start(workspace)
        stack.callback(end, server.process)
        started.append((server, seconds))
    servers = [server for server, _ in started]
    deliveries = [generate(plan.spec(one, mode="delivery", listeners=1)).latency.p50 for one in servers]
    singles = [generate(plan.spec(one, mode="rate", clients=1)).latency.p50 for one in servers]
    rates = [generate(plan.spec(one, mode="rate", clients=64)).rate for one in servers]
    return list(zip(rates, singles, deliveries, (seconds for _, seconds in started), strict=True))


@contextmanager
def _workspace_with(messages: int, say: Say) -> Iterator[Workspace]:
    """A copy of the workspace that is kept for this many messages."""
    kept = _kept(messages, say)
    with scratch("history-copy") as folder:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        workspace = Workspace(folder)
        # The token's file is named after the workspace's path.
        (token,) = (folder / "state" / "chatbox" / "people").glob("*.token")
        token.rename(token.with_name(Files(workspace.root).person_token.name))
        # What was copied must not be written out during a measurement.
        os.sync()
        yield workspace


def _stop(server: Server) -> None:
    """`chatbox stop`: a signal right after the start would end it without the snapshot of its state."""
    assert server.workspace is not None, "ChatBox has a workspace"
    try:
        command, environment = [str(chatbox_program()), "stop"], server.workspace.environment()
        subprocess.run(command, env=environment, cwd=server.workspace.root, timeout=END_SECONDS_MAX, check=True)
        server.process.wait(END_SECONDS_MAX)
    except (subprocess.SubprocessError, psutil.TimeoutExpired) as error:
        raise CannotMeasure(f"chatbox stop failed: {error}") from error
    finally:
        end(server.process)


def _kept(messages: int, say: Say) -> Path:
    """The folder of a workspace with this many messages and its views; made when it is missing or outdated."""
    kept = CACHE / f"history-{messages}-{_print_of_sources()}"
    if kept.exists():
        return kept
    for outdated in CACHE.glob(f"history-{messages}-*"):
        shutil.rmtree(outdated)
    say(f"  making a history of {messages:,} messages …")
    with scratch("making") as folder:
        workspace = Workspace(folder)
        workspace.root.mkdir()
        # This start opens the workspace and admits its person.
        _stop(start_chatbox(workspace))
        asyncio.run(_write(Files(workspace.root).journal, messages))
        # And this one makes the views.
        _stop(start_chatbox(workspace, ready_seconds_max=VIEWS_SECONDS_MAX))
        folder.rename(kept)
    return kept


def _print_of_sources() -> str:
    """What the files on disk depend on."""
    sources = [path for name in SOURCES for path in (ROOT / "sidecar" / "chatbox" / name).rglob("*.py")]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


async def _write(path: Path, messages: int) -> None:
    """Append to a journal that nobody owns, as its broker would."""
    clock, state = SystemClock(), State()
    journal = await SqliteJournal.open(path)
    try:
        await fold(journal, state)
        (person,) = (one.name for one in state.participants.values() if one.kind == "person")
        by = Identity(participant=person, kind="person", scopes=frozenset(PERSON_SCOPES))
        post = PostMessage(by=by, said=Utterance(kind="chat", body=BODY, channel="#general"))
        for written in range(0, messages, BATCH):
            after, posts = state.seq, [post] * min(BATCH, messages - written)
            batch = decide_batch(state, posts, Facts(), clock.now(), secrets.token_bytes(32), Limits())
            refused = [answer for answer in batch.answers if isinstance(answer, Refusal)]
            if batch.record is None or refused:
                raise CannotMeasure(f"The history is refused: {refused[:1]}")
            await journal.append(batch.record, after=after)
    finally:
        await journal.close()
