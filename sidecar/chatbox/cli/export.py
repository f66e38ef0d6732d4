"""`chatbox export`: the journal as a file, for keeping or for reading."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from chatbox.app.carrying import named_by
from chatbox.app.exporting import read_out
from chatbox.app.retelling import chosen, retold
from chatbox.app.verifying import Unverifiable
from chatbox.cli.beside import Beside
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import SECOND, note, print_json
from chatbox.cli.pages import html, markdown
from chatbox.cli.progress import Shown
from chatbox.client.endpoint import Files
from chatbox.domain.chain import Mismatch, Sealed
from chatbox.mirrors.trail import line_of

PAGES = {"markdown": markdown, "html": html}
_DAY = timedelta(days=1)

Write = Callable[[BinaryIO, Iterator[Sealed]], int]


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "markdown", "html"]),
    default="jsonl",
    show_default=True,
    help="jsonl is the whole journal, for `chatbox import`; the others are for reading.",
)
@click.option("--channel", metavar="CHANNEL", help="Only this channel (not with jsonl).")
@click.option("--since", metavar="DAY", help="Only from this day on, like 2026-11-21, UTC (not with jsonl).")
@click.option("--until", metavar="DAY", help="Only up to and including this day, UTC (not with jsonl).")
@click.option(
    "--attachments",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put the files of the messages there, for `chatbox import`; pages link to them.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file. Default: stdout.")
@with_json
def command(
    *,
    form: str,
    channel: str | None,
    since: str | None,
    until: str | None,
    attachments: Path | None,
    output: Path | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Write down what was said; nothing needs to run.

    What a person had redacted is in no export. A damaged journal is refused, and nothing is written. An HTML page
    holds small pictures itself.

    Exit codes: 1 the journal was changed, and where; 3 a file cannot be read or written.
    """
    if as_json and output is None:
        raise click.UsageError("--json says what became of a file: name it with --output")
    files = files_of(workspace)
    beside = Beside(files.attachments, attachments, output)
    write: Write = partial(_lines, beside)
    if form == "jsonl":
        if channel or since or until:
            raise click.UsageError("jsonl is the whole journal: for a part of it choose --format markdown or html")
    else:
        write = _page(files, beside, form, channel, _begin(since), _end(until))
    count = _written(files, output, write)
    carried = beside.carry()
    if as_json:
        files_of_it = carried and {"there": carried.there, "missing": carried.missing}
        print_json({"id": str(output), "format": form, "count": count, "attachments": files_of_it})
        return
    if output is not None:
        note(f"{count} {'entries' if form == 'jsonl' else 'messages'} are in {output}.")
    if carried is not None:
        missing = f" {carried.missing} are missing." if carried.missing else ""
        note(f"{carried.there} attachments are in {attachments}.{missing}")


def _lines(beside: Beside, file: BinaryIO, entries: Iterator[Sealed]) -> int:
    count = 0
    beside.begin([])
    for sealed in entries:
        beside.named += named_by(sealed)
        file.write(line_of(sealed) + b"\n")
        count += 1
    return count


def _page(files: Files, beside: Beside, form: str, channel: str | None, since: int | None, until: int | None) -> Write:
    named = None if channel is None else f"#{channel.removeprefix('#').lower()}"

    def write(file: BinaryIO, entries: Iterator[Sealed]) -> int:
        told = retold(entries)
        if named is not None and all(message.channel != named for message in told):
            raise Failed(Exit.REFUSED, "NOT_FOUND", f"nothing was ever said in {named}: `chatbox channels` lists them")
        messages = list(chosen(told, named, since, until))
        beside.begin([one for message in messages for one in message.attachments])
        pieces = PAGES[form](files.root.name, messages, beside)
        file.writelines(piece.encode("utf-8", "replace") for piece in pieces)
        return len(messages)

    return write


def _written(files: Files, output: Path | None, write: Write) -> int:
    """Write it beside, and only then to where it belongs: a failure leaves no half of it. Raises `Failed`."""
    with tempfile.TemporaryDirectory(prefix="chatbox-") if output is None else _beside(output) as folder:
        fresh = Path(folder) / "export"

        def attempt(entries: Iterator[Sealed]) -> int:
            with fresh.open("wb") as file:
                return write(file, entries)

        try:
            with Shown("checking the journal") as progress:
                count = read_out(files.journal, attempt, progress)
        except Mismatch as mismatch:
            message = f"{mismatch}, so nothing was exported: restore {files.journal} from a backup"
            raise Failed(Exit.REFUSED, "MISMATCH", message) from mismatch
        except Unverifiable as unverifiable:
            raise Failed(Exit.UNREADABLE, "UNREADABLE", str(unverifiable)) from unverifiable
        if output is not None:
            fresh.replace(output)
        else:
            with fresh.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    return count


def _beside(output: Path) -> "tempfile.TemporaryDirectory[str]":
    """A folder on the same disk, readable by its owner only."""
    return tempfile.TemporaryDirectory(prefix=".chatbox-", dir=output.absolute().parent)


def _begin(day: str | None) -> int | None:
    return None if day is None else _at(_day("--since", day))


def _end(day: str | None) -> int | None:
    return None if day is None else _at(_day("--until", day) + _DAY)


def _day(option: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{option} needs a day like 2026-11-21") from error
    if found == date.max:
        raise click.UsageError(f"{option} needs a day before {date.max}")
    return found


def _at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND
