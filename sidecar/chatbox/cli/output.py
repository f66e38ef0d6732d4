"""What commands print: tables and colour on a terminal, tab-separated text in a pipe, JSON when asked for.

Whatever a participant wrote is cleaned first: no message may move the cursor, hide text or forge a line.
"""

import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
import orjson

from chatbox.cli.exits import Failed

SECOND = 1_000_000
INDENT = "    "

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control and reordering characters and the line breaks of Unicode, but for plain line breaks and tabs."""

_STYLE = {"head": "bold", "good": "green", "bad": "red", "quiet": "dim"}


def prepare_streams() -> None:
    """Print UTF-8 into pipes whatever the locale, and never fail over a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace", **({} if stream.isatty() else {"encoding": "utf-8"}))


def on_terminal() -> bool:
    """Whether a person reads what is printed."""
    return sys.stdout.isatty()


def cleaned(text: str) -> str:
    """`text` with control and reordering characters made visible; line breaks and tabs stay."""
    return _HIDDEN.sub(_visible, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`text` cleaned, on one line."""
    return " ".join(cleaned(text).split())


def block(text: str) -> str:
    """`text` cleaned, each line after the first indented: what a message says never looks like a line of ours."""
    return cleaned(text).replace("\n", f"\n{INDENT}")


def files_of_message(attachments: Sequence[dict[str, Any]]) -> str:
    """What is attached, on one line; empty when nothing is."""
    told = (f"{one_line(one['name'])} ({one['media_type']}, {one['size']} bytes)" for one in attachments)
    return f"attached: {', '.join(told)}" if attachments else ""


def clock(at: int) -> str:
    """HH:MM:SS of a time in microseconds UTC, where the reader is."""
    return _local(at).strftime("%H:%M:%S")


def when(at: int) -> str:
    """Day and time, where the reader is."""
    return _local(at).strftime("%Y-%m-%d %H:%M:%S")


def say(text: str) -> None:
    """One line on stdout, at once; colours vanish in a pipe."""
    click.echo(text, color=None if coloured() else False)
    sys.stdout.flush()


def note(text: str) -> None:
    """One line for the person, beside the output proper."""
    click.echo(text, err=True)


def note_words(said: dict[str, Any], or_else: str = "") -> None:
    """A message's title and text for the person, below the line that says whose it is; `or_else` without a text."""
    if said["title"]:
        note(f"{INDENT}{one_line(said['title'])}")
    note(f"{INDENT}{block(said['body'] or or_else)}")


def styled(text: str, style: str) -> str:
    """`text` as `head`, `good`, `bad` or `quiet`; plain where there are no colours."""
    if not coloured():
        return text
    match _STYLE[style]:
        case "bold":
            return click.style(text, bold=True)
        case "dim":
            return click.style(text, dim=True)
        case colour:
            return click.style(text, fg=colour)


def coloured() -> bool:
    """Whether stdout shows colours (https://no-color.org)."""
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_json(value: Any) -> None:
    """A thing or a list of things as JSON: one line in a pipe, indented on a terminal."""
    option = orjson.OPT_INDENT_2 if on_terminal() else 0
    say(orjson.dumps(value, option=option).decode())


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under headings on a terminal; in a pipe one row a line, tabs between the cells, no headings."""
    cells = [[one_line("" if cell is None else str(cell)) for cell in row] for row in rows]
    if not on_terminal():
        for row in cells:
            say("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load, and only for terminals
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in cells:
        shown.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(shown)


def report(failed: Failed, *, json: bool) -> None:
    """One line on stderr; with `json` the same as JSON."""
    if json:
        click.echo(orjson.dumps({"error": {"code": failed.code, "message": failed.message}}), err=True)
    else:
        click.echo(f"chatbox: {one_line(failed.message)}", err=True)


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at / SECOND, tz=UTC).astimezone()


def _visible(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"  # noqa: PLR2004
