"""Notes on the processes that turns start, so that they end also after a crash of the one who started them."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson


class Leftovers:
    """Notes in a folder which processes run, so that the next owner can end what a killed one left behind."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is first needed."""
        self._folder = folder

    @contextlib.contextmanager
    def noted(self, agent: str, pid: int) -> Iterator[Callable[[], None]]:
        """While in here, process `pid` counts as running for `agent`; what is yielded ends what a job holds of it."""
        from chatbox.supervisor.jobs import in_a_job  # noqa: PLC0415 - psutil is loaded for the first process
        from chatbox.supervisor.processes import started  # noqa: PLC0415

        self._folder.mkdir(parents=True, exist_ok=True)
        # An agent may be called `con`, which no file of Windows may.
        note = self._folder / f"{agent if agent.startswith('tunnel-') else f'turn-{agent}'}.json"
        since = started(pid)
        if since is not None:
            note.write_bytes(orjson.dumps({"pid": pid, "started": since}))
        try:
            with in_a_job(pid) as end_job:
                yield end_job
        finally:
            note.unlink(missing_ok=True)

    async def end(self) -> None:
        """End what a former owner left running; a process that merely got the same number is left alone."""
        notes = sorted(self._folder.glob("*.json"))
        if not notes:
            return
        from chatbox.supervisor.processes import end_tree, is_another  # noqa: PLC0415 - as above

        for note in notes:
            with contextlib.suppress(orjson.JSONDecodeError, KeyError):
                held = orjson.loads(note.read_bytes())
                if not is_another(held["pid"], held["started"]):
                    await end_tree(held["pid"])
            note.unlink(missing_ok=True)
