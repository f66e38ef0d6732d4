"""One workspace put together: the parts of the shell around one journal, ready to be asked."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chatbox.attachments.store import FolderAttachments
from chatbox.broker.broker import Broker
from chatbox.broker.catching_up import Progress
from chatbox.broker.presence import Presence
from chatbox.broker.recovery import recover
from chatbox.broker.timekeeping import Timekeeper
from chatbox.broker.waiting import Waiting
from chatbox.domain.commands import OpenWorkspace
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import dump
from chatbox.domain.values import Limits
from chatbox.operations.door import Admission, Door
from chatbox.operations.feed import Feed
from chatbox.operations.workspace import Workspace
from chatbox.ports import AttachmentsFailed, Clock, Journal, JournalFailed, ViewsFailed
from chatbox.views.questions import Questions
from chatbox.views.store import ViewStore

CHANNELS = (
    ("#general", "Everything that has no place of its own."),
    ("#dispatch", "Work that is handed out."),
    ("#change-orders", "Changes that somebody must agree to."),
    ("#alerts", "What cannot wait."),
    ("#debug", "Looking for what is wrong."),
    ("#observations", "Things that were noticed."),
    ("#human", "What people should read."),
)

INDEX_PAGE = 200
INDEX_SECONDS = 0.25

IsNamed = Callable[[str], Awaitable[bool]]

SNAPSHOT_EVERY = 20_000
"""Entries between two snapshots of the state: what a start after a crash folds at most."""

_log = logging.getLogger("chatbox.app")


@dataclass(frozen=True, slots=True)
class Assembled:
    """A workspace with what only its owner handles."""

    workspace: Workspace
    feed: Feed


@asynccontextmanager
async def assembled(  # noqa: PLR0913 - everything that a workspace is made of
    journal: Journal,
    views: ViewStore,
    attachments: FolderAttachments,
    clock: Clock,
    *,
    name: str,
    url: str,
    admission: Admission,
    journal_id: str,
    limits: Limits | None = None,
    channels: Sequence[tuple[str, str]] = (),
    progress: Progress = lambda _done, _all: None,
) -> AsyncIterator[Assembled]:
    """Recover, then keep the broker's tasks running while in here. Raises `JournalFailed`.

    `channels` (name, purpose) stand beside those that every workspace has.
    """
    broker = await recover(journal, views, clock, limits or Limits(), progress)
    reading = Questions(views, broker.mend_views)
    presence = Presence(clock, broker.state.seq, broker.announcer.stir)
    door = Door(broker, clock, admission, url)
    workspace = Workspace(name, broker, reading, attachments, Waiting(broker, reading), presence, door)
    try:
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(broker.run())
            opened = await broker.submit(OpenWorkspace(journal=journal_id, channels=(*CHANNELS, *channels)))
            if isinstance(opened, Refusal):
                raise JournalFailed(broker.failed or opened.message)
            await _settled(attachments.finish, reading)
            keepers = [
                tasks.create_task(_settled(attachments.expire, reading)),
                tasks.create_task(Timekeeper(broker, presence).run()),
                tasks.create_task(_keep_snapshots(broker, views)),
                tasks.create_task(_keep_index(broker, views)),
            ]
            try:
                yield Assembled(workspace, Feed(workspace))
            finally:
                for task in (*keepers, writer):
                    task.cancel()
        if broker.failed is None and broker.state.seq and not broker.views_stale:
            await views.save_snapshot(dump(broker.state))
    finally:
        await reading.close()


async def _settled(settle: Callable[[IsNamed], Awaitable[None]], reading: Questions) -> None:
    """Have files removed that no message names."""

    async def is_named(sha256: str) -> bool:
        return bool(await reading.naming(sha256))

    try:
        await settle(is_named)
    except (AttachmentsFailed, ViewsFailed) as failed:
        _log.warning("what no message names stays for now: %s", failed)


async def _keep_index(broker: Broker, views: ViewStore) -> None:
    """Make the search index beside the posts, at a pace that leaves them the machine."""
    while True:
        seen = broker.announcer.seq
        try:
            while not await views.index(INDEX_PAGE):  # noqa: ASYNC110 - a pace, not a wait
                await asyncio.sleep(INDEX_SECONDS)
        except ViewsFailed as failed:
            _log.info("the search index waits: %s", failed)
        await broker.announcer.moved(seen)
        await asyncio.sleep(INDEX_SECONDS)


async def _keep_snapshots(broker: Broker, views: ViewStore) -> None:
    while True:
        due = broker.state.seq + SNAPSHOT_EVERY
        await broker.announcer.moved(due)
        await views.save_snapshot(dump(broker.state))
