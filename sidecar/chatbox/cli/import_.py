"""`chatbox import`: an export made a journal again, or messages of an earlier system said in a channel."""

import hashlib
from pathlib import Path
from typing import Any

import click

from chatbox.app.foreign import NotForeign, Said, read_foreign
from chatbox.app.importing import Damaged, Taken, import_journal, is_journal
from chatbox.app.owning import CannotOwn
from chatbox.app.verifying import Unverifiable
from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import one_line, print_json, say
from chatbox.cli.progress import Shown
from chatbox.client.endpoint import Files
from chatbox.domain.chain import Mismatch
from chatbox.ports import JournalFailed, ViewsFailed


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--channel", metavar="CHANNEL", help="Where messages of an earlier system are said; made when missing.")
@click.option(
    "--attachments",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where `chatbox export --attachments` put the files of the messages.",
)
@with_json
def command(
    *, file: Path, channel: str | None, attachments: Path | None, workspace: Path | None, as_json: bool
) -> None:
    """Restore a journal that `chatbox export` wrote, or say an earlier system's messages.

    A journal goes into a folder that has none yet; the same file again changes nothing. Nothing may run meanwhile.

    Messages (agent-chatroom's `GET /messages`; the earlier ChatBox's dispatch_comms.jsonl or db.sqlite) go into a
    --channel that no agent follows, while ChatBox runs; each is said once, however often it is imported.

    Exit codes: 1 refused, or another journal is here; 3 the file is damaged, and which line; nothing was changed.
    """
    files = files_of(workspace)
    if is_journal(file):
        if channel is not None:
            raise click.UsageError("a whole journal has its own channels: leave out --channel")
        _restore(files, file, attachments, as_json)
        return
    if attachments is not None:
        raise click.UsageError("messages of an earlier system have no files: leave out --attachments")
    try:
        said = read_foreign(file)
    except NotForeign as foreign:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", str(foreign)) from foreign
    if channel is None:
        raise click.UsageError("these are messages of an earlier system: say where they go with --channel")
    _say(files, f"#{channel.removeprefix('#').lower()}", said, as_json)


def _restore(files: Files, file: Path, attachments: Path | None, as_json: bool) -> None:
    try:
        with Shown("reading the file") as progress:
            found = import_journal(files, file, attachments, progress)
    except Taken as taken:
        raise Failed(Exit.REFUSED, "WRONG_STATE", str(taken)) from taken
    except Damaged as damaged:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", f"{damaged}. Nothing was imported") from damaged
    except Mismatch as mismatch:
        raise Failed(Exit.REFUSED, "MISMATCH", f"the journal here was changed: {mismatch}") from mismatch
    except (CannotOwn, JournalFailed, Unverifiable, ViewsFailed) as failed:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", str(failed)) from failed
    carried = found.carried
    if as_json:
        print_json(
            {
                "id": str(files.root),
                "status": "imported" if found.changed else "unchanged",
                "entries": found.entries,
                "head": found.head.hex(),
                "attachments": carried and carried.there,
                "missing_attachments": carried and carried.missing,
            }
        )
        return
    if carried is not None:
        say(f"{carried.there} attachments are here" + (f", {carried.missing} are missing" if carried.missing else ""))
    if found.changed:
        say(f"imported {found.entries} entries, head {found.head.hex()}")
        say("Tokens are in no export: `chatbox up --new-person-token` makes yours, and that is recorded.")
    else:
        say("nothing changed: this journal is here already")


def _say(files: Files, channel: str, messages: list[Said], as_json: bool) -> None:
    async def work(asking: Asking) -> tuple[int, int]:
        await _prepare(asking, channel)
        fresh = 0
        for message in messages:
            number = (await asking.read("chat", **_request(channel, message)))["message_id"]
            fresh += number > asking.head
        return len(messages), fresh

    entire, fresh = ask(files, work)
    if as_json:
        print_json({"id": channel, "messages": entire, "imported": fresh})
    else:
        say(f"imported {fresh} of {entire} messages into {channel}; the others were there already")


async def _prepare(asking: Asking, channel: str) -> None:
    """Make the channel, unless it is there; old messages shall wake nobody."""
    known = await asking.read("rooms")
    if all(one["name"] != channel for one in known["channels"]):
        await asking.write("create_channel", channel=channel, description="Imported from an earlier system.")
        return
    found = await asking.read("who_wakes", channel=channel, body="hello")
    if found["wakings"]:
        names = ", ".join(one["agent"] for one in found["wakings"])
        message = f"{names} would be woken by old messages in {channel}: import into a channel that no agent follows"
        raise Failed(Exit.REFUSED, "WRONG_STATE", message)


def _request(channel: str, said: Said) -> dict[str, Any]:
    quoted = "\n".join(f"> {line}" for line in said.text.split("\n"))
    key = hashlib.sha256(f"{channel} {said.key}".encode()).hexdigest()[:40]
    body = f"{one_line(said.author) or 'anonymous'}, {one_line(said.at)}:\n\n{quoted}"
    return {"channel": channel, "body": body, "client_key": f"import-{key}"}
