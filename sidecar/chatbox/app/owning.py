"""Owning a workspace: the lock, the broker, the server and the supervisor of one process."""

import asyncio
import contextlib
import getpass
import os
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import filelock
import orjson

from chatbox import __version__
from chatbox.app.assembling import Assembled, assembled
from chatbox.app.clock import SystemClock
from chatbox.app.failing import plainly
from chatbox.app.logs import log_to
from chatbox.app.mirroring import mirroring
from chatbox.app.phases import following_phases, phases
from chatbox.app.replacing import remove, replace
from chatbox.app.secret_files import FOR_A_GROUP, FOR_ONE, ensure_secret, private_folder, replace_secret
from chatbox.app.serving import serving
from chatbox.attachments.store import FolderAttachments
from chatbox.broker.catching_up import Progress
from chatbox.client.endpoint import PORT_MAX, Files, Unreadable, read_secret, remedy
from chatbox.domain.commands import THE_SYSTEM, AdmitPerson, DeclareAgents
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import PERSON_SCOPES, Identity, Limits
from chatbox.journal.sqlite import SqliteJournal
from chatbox.operations.door import Admission
from chatbox.operations.feed import Feed
from chatbox.operations.local import LocalCaller
from chatbox.operations.tokens import digest_of
from chatbox.operations.workspace import Workspace
from chatbox.ports import AttachmentsFailed, Engine, JournalFailed, ViewsFailed, ViewsFull
from chatbox.supervisor.declared import EXAMPLE, BadDeclaration, Declared, read_declarations
from chatbox.supervisor.engines.stub import StubEngine
from chatbox.supervisor.leftovers import Leftovers
from chatbox.supervisor.supervisor import Supervisor
from chatbox.transports.http.server import PortTaken, listen
from chatbox.views.store import ViewStore


class OwnedAlready(Exception):  # noqa: N818 - an expected outcome
    """Another process owns this workspace: be its client."""


class CannotOwn(Exception):  # noqa: N818 - reads as the fact it states
    """This workspace cannot be opened; the message says why and what to do."""


PLAIN = (OwnedAlready, CannotOwn, JournalFailed, BadDeclaration, Unreadable)
"""What `owning` promises to raise."""


@dataclass(slots=True)
class Options:
    """How an owner was asked to run. Port `None` means the one of last time, else a free one.

    `ready` is called when everything stands, right before others are told where.
    """

    port: int | None = None
    supervise: bool = True
    demo: tuple[Declared, ...] = ()
    new_person_token: bool = False
    as_service: bool = False
    person: str | None = None
    """What the person is called; `None` means the login name."""
    progress: Progress = lambda _done, _all: None
    ready: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Owner:
    """A running workspace. `notes` are what its person should be told at the start."""

    files: Files
    url: str
    workspace: Workspace
    feed: Feed
    person: Identity | None
    supervisor: Supervisor | None
    notes: list[str] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether a turn runs."""
        return self.supervisor is not None and self.supervisor.running > 0

    def caller(self, by: Identity, via: str = "local") -> LocalCaller:
        """A caller in this process."""
        return LocalCaller(self.workspace, self.feed, by, "lsp" if via == "lsp" else "local")


@asynccontextmanager
async def owning(files: Files, options: Options) -> AsyncIterator[Owner]:
    """Own the workspace while in here. Raises `OwnedAlready`, `CannotOwn`, `JournalFailed`, `BadDeclaration`."""
    if files.by_service and not options.as_service:
        # Also while it does not run: its journal, its tokens and its address are another account's.
        raise OwnedAlready
    prepare(files)
    log_to(files)
    with plainly(*PLAIN):
        async with _owning(files, options) as owner:
            yield owner


@asynccontextmanager
async def _owning(files: Files, options: Options) -> AsyncIterator[Owner]:
    async with AsyncExitStack() as stack:
        stack.enter_context(_locked(files))
        declared = [*read_declarations(files.agents)]
        declared += [one for one in options.demo if one.name not in {known.name for known in declared}]
        admission, first = _admission(files)
        sockets, port, moved = _sockets(files, options.port)
        url = f"http://127.0.0.1:{port}"
        for held in sockets:
            stack.callback(held.close)
        parts = await stack.enter_async_context(_opened(files, url, admission, options.progress))
        notes = [f"The agents' token is in {files.token}."] if first else []
        notes += [moved] if moved else []
        person = await _admit_person(files, parts.workspace, notes, options)
        await _declare(parts.workspace, declared)
        leftovers = Leftovers(files.turns)
        await leftovers.end()
        await stack.enter_async_context(
            serving(parts.workspace, parts.feed, sockets, port, lambda pid: leftovers.noted(f"tunnel-{pid}", pid))
        )
        supervisor = None
        if options.supervise:
            supervisor = _supervisor(files, parts, declared, url, leftovers)
            await stack.enter_async_context(_running(supervisor))
        for announced in (files.endpoint, files.person_endpoint):
            stack.callback(remove, announced)
        options.ready()
        announce(files, url)
        yield Owner(files, url, parts.workspace, parts.feed, person, supervisor, notes)


def prepare(files: Files) -> None:
    """Make the workspace's folder, ignored by git. Raises `CannotOwn`."""
    try:
        files.folder.mkdir(parents=True, exist_ok=True)
        ignore = files.folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
        if not files.agents.exists():
            files.agents.write_text(EXAMPLE, encoding="utf-8")
    except OSError as error:
        msg = f"{files.folder} cannot be written ({error.strerror}): {remedy(error)}, then start again"
        raise CannotOwn(msg) from error


def announce(files: Files, url: str) -> None:
    """Tell other processes where this workspace answers; whole or not at all.

    Once for the agents, who can write that file, and once for this person's own clients, beside their token.
    """
    private_folder(files.person_endpoint.parent, secret_mode(files))
    for place in (files.person_endpoint, files.endpoint):
        written = place.with_suffix(".new")
        written.write_bytes(orjson.dumps({"url": url, "pid": os.getpid(), "version": __version__}))
        replace(written, place)
    files.port.write_text(url.rsplit(":", 1)[1], encoding="ascii")


def secret_mode(files: Files) -> int:
    """Who may read the secrets: this user, or the group of the service's account."""
    return FOR_A_GROUP if files.by_service else FOR_ONE


def person_name() -> str:
    """The login name, as a participant can be called."""
    with contextlib.suppress(OSError, KeyError, ImportError):
        name = re.sub(r"[^A-Za-z0-9._-]", "-", getpass.getuser()).strip("-._")
        if name and name.lower() != "system":
            return name[:64]
    return "person"


@contextlib.contextmanager
def _locked(files: Files) -> Iterator[None]:
    lock = filelock.FileLock(files.lock, blocking=False)
    try:
        lock.acquire()
    except filelock.Timeout as taken:
        raise OwnedAlready from taken
    except OSError as error:
        msg = f"{files.lock} cannot be opened ({error.strerror}): {remedy(error)}, then start again"
        raise CannotOwn(msg) from error
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def _opened(files: Files, url: str, admission: Admission, progress: Progress) -> AsyncIterator[Assembled]:
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        journal = await SqliteJournal.open(files.journal)
        stack.push_async_callback(journal.close)
        try:
            views = await ViewStore.open(files.views)
        except ViewsFull as full:
            msg = f"{full}, then start again"
            raise CannotOwn(msg) from full
        except ViewsFailed as failed:
            msg = f"The views cannot be made ({failed}): delete {files.views}, then start again"
            raise CannotOwn(msg) from failed
        stack.push_async_callback(views.close)
        try:
            attachments = await FolderAttachments.open(files.attachments, clock, Limits())
        except AttachmentsFailed as failed:
            raise CannotOwn(str(failed)) from failed
        stack.push_async_callback(attachments.close)
        making = assembled(
            journal,
            views,
            attachments,
            clock,
            name=files.root.name or str(files.root),
            url=url,
            admission=admission,
            journal_id=secrets.token_hex(16),
            channels=phases(files.root),
            progress=progress,
        )
        parts = await stack.enter_async_context(making)
        workspace = parts.workspace
        await stack.enter_async_context(mirroring(files, journal, workspace.broker, workspace.reading))
        await stack.enter_async_context(following_phases(files.root, workspace.broker))
        yield parts


def _admission(files: Files) -> tuple[Admission, bool]:
    foreign = _foreign(files)
    named = os.environ.get("AGENTCHAT_AUTH_TOKEN")
    if named:
        return Admission(named, foreign=foreign), False
    token, first = ensure_secret(files.token, secret_mode(files))
    former = read_secret(files.former_token)
    keep = partial(replace_secret, files.token, former=files.former_token)
    return Admission(token, former, keep, foreign), first


def _foreign(files: Files) -> frozenset[str]:
    """What an import brought along, but for this user's own token: a lost journal may have been restored here."""
    try:
        brought = orjson.loads(files.imported.read_bytes())
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        msg = f"{files.imported} cannot be read, so nobody knows which tokens are of another workspace: import again"
        raise CannotOwn(msg) from error
    own = read_secret(files.person_token)
    return frozenset(brought) - ({digest_of(own)} if own else set())


def _sockets(files: Files, port: int | None) -> tuple[list[socket.socket], int, str | None]:
    named = os.environ.get("AGENTCHAT_HTTP_PORT")
    if port is None and named:
        port = _port(named)
        if port is None:
            msg = f"AGENTCHAT_HTTP_PORT is {named!r}: it must be a number from 1 to {PORT_MAX}"
            raise CannotOwn(msg)
    moved = None
    if port is None:
        last = _port(files.port.read_text(encoding="ascii", errors="replace")) if files.port.is_file() else None
        try:
            sockets = listen(last or 0)
        except PortTaken:
            sockets = listen(0)
            moved = f"Port {last} of last time is taken by another program, so the address has changed."
    else:
        try:
            sockets = listen(port)
        except PortTaken as taken:
            msg = f"{taken}: end that program, or choose another port with --port"
            raise CannotOwn(msg) from taken
    return sockets, int(sockets[0].getsockname()[1]), moved


def _port(text: str) -> int | None:
    digits = text.strip()
    found = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(PORT_MAX)) else 0
    return found if 0 < found <= PORT_MAX else None


async def _admit_person(files: Files, workspace: Workspace, notes: list[str], options: Options) -> Identity | None:
    """The person of this workspace, when this user holds their token."""
    known = any(c.purpose == "person" for c in workspace.broker.state.credentials.values())
    # The folder of a service's tokens is the administrator's: what is missing there was never there, or was taken out.
    new = options.new_person_token or (files.by_service and not files.person_token.exists())
    if known and not new and not files.person_token.exists():
        notes.append(
            f"Your own token is missing ({files.person_token}), so nobody here can decide approvals. "
            "Put it back, or make a new one with `chatbox up --new-person-token`; that is recorded."
        )
        return None
    token, _ = ensure_secret(files.person_token, secret_mode(files))
    outcome = await workspace.broker.submit(
        AdmitPerson(by=THE_SYSTEM, person=options.person or person_name(), digest=digest_of(token), replace=new)
    )
    if isinstance(outcome, Refusal):
        notes.append(
            f"{outcome.message} Nobody here can decide approvals until the right token is in "
            f"{files.person_token}, or you start with --new-person-token."
        )
        return None
    found = workspace.door.identify(token)
    return None if isinstance(found, Refusal) else found.model_copy(update={"scopes": frozenset(PERSON_SCOPES)})


async def _declare(workspace: Workspace, declared: list[Declared]) -> None:
    declarations = tuple(one.declaration() for one in declared)
    outcome = await workspace.broker.submit(DeclareAgents(agents=declarations))
    if isinstance(outcome, Refusal):
        msg = f"The agents of .agentchat/agents.toml cannot be declared: {outcome.message}"
        raise CannotOwn(msg)


def _supervisor(files: Files, parts: Assembled, declared: list[Declared], url: str, leftovers: Leftovers) -> Supervisor:
    engines = {one.name: _engine(one, leftovers) for one in declared}
    caller = LocalCaller(parts.workspace, parts.feed, THE_SYSTEM)
    return Supervisor(f"owner:{os.getpid()}", caller, engines, str(files.root), url)


def _engine(declared: Declared, leftovers: Leftovers) -> Engine:
    match declared.engine:
        case "stub":
            return StubEngine(declared.peer)
        case "command":
            from chatbox.supervisor.engines.command import CommandEngine  # noqa: PLC0415 - a start without agents is sooner

            return CommandEngine(declared.command, declared.timeout_seconds, leftovers)


@asynccontextmanager
async def _running(supervisor: Supervisor) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(supervisor.run())
        try:
            yield
        finally:
            task.cancel()
