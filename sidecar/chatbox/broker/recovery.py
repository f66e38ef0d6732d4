"""From a journal on disk to a broker that can write: the state is folded, the views are brought up to date."""

from chatbox.broker.announcing import Announcer
from chatbox.broker.broker import Broker
from chatbox.broker.catching_up import PAGE, Progress, catch_up
from chatbox.domain.chain import unseal
from chatbox.domain.entries import ContentRedacted, JournalCreated
from chatbox.domain.evolve import evolve
from chatbox.domain.state import State, dump, load
from chatbox.domain.values import Limits
from chatbox.ports import Clock, Head, Journal, JournalFailed, Views


async def recover(
    journal: Journal,
    views: Views,
    clock: Clock,
    limits: Limits,
    progress: Progress = lambda _done, _all: None,
) -> Broker:
    """Open a workspace's broker. Raises `JournalFailed` when the journal has lost what the views had seen."""
    position = await views.position()
    head = await journal.head()
    if position.seq > head.seq and await _remembers(views, journal):
        msg = (
            f"the journal ends at entry {head.seq}, but entry {position.seq} had been recorded: entries were lost. "
            "Restore the journal from a backup, or delete the views file to go on without them"
        )
        raise JournalFailed(msg)
    if not await _belongs(journal, position):
        await views.reset()
    state = await _restored(journal, views)
    restored_at = state.seq
    for target in await fold(journal, state, progress):
        await _finish_redaction(journal, target)
    await catch_up(journal, views, progress)
    if state.seq - restored_at > PAGE:
        # A long way was folded: whoever is killed now must not have to go it again.
        await views.save_snapshot(dump(state))
    return Broker(journal, views, clock, state, limits, Announcer(journal, state.seq))


async def fold(journal: Journal, state: State, progress: Progress = lambda _done, _all: None) -> list[int]:
    """Bring `state` to the journal's head; the entries whose text was to be forgotten on the way."""
    head = await journal.head()
    redacted: list[int] = []
    while state.seq < head.seq:
        for sealed in await journal.read(state.seq, PAGE):
            recorded = unseal(sealed)
            evolve(state, recorded, sealed.leaf)
            if isinstance(recorded.entry, ContentRedacted):
                redacted.append(recorded.entry.target)
        progress(state.seq, head.seq)
    return redacted


async def _finish_redaction(journal: Journal, target: int) -> None:
    """A crash between a redaction's entry and the deletion leaves the text: delete it now."""
    found = await journal.read(target - 1, 1)
    if found and found[0].content is not None:
        await journal.forget(target)


async def _restored(journal: Journal, views: Views) -> State:
    """The newest snapshot that belongs to this journal, else the state before entry 1."""
    snapshot = await views.load_snapshot()
    if snapshot is None:
        return State()
    try:
        state = load(snapshot)
    except (KeyError, TypeError, ValueError):
        return State()
    return state if await _belongs(journal, Head(seq=state.seq, leaf=state.leaf)) else State()


async def _belongs(journal: Journal, position: Head) -> bool:
    """Whether the journal has exactly this entry."""
    if position.seq == 0:
        return True
    found = await journal.read(position.seq - 1, 1)
    return bool(found) and found[0].seq == position.seq and found[0].leaf == position.leaf


async def _remembers(views: Views, journal: Journal) -> bool:
    """Whether the views were made from this journal, or from one that has vanished altogether."""
    first = await journal.read(0, 1)
    if not first:
        return True
    created = unseal(first[0]).entry
    return isinstance(created, JournalCreated) and created.journal == await views.journal()
