"""`chatbox reply`: an answer in the thread of a message, wherever that is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.attaching import sent, with_files
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say
from chatbox.cli.post import stdin_or


@click.command("reply")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.argument("body")
@with_files
@with_json
def command(*, number: int, body: str, files: tuple[Path, ...], workspace: Path | None, as_json: bool) -> None:
    """Answer in the thread of a message. BODY `-` reads stdin.

    Mention @name to wake an agent.
    """
    text = stdin_or(body)
    replied = ask(files_of(workspace), lambda asking: _reply(asking, number, text, files))["reply_id"]
    if as_json:
        print_json({"id": replied})
    else:
        say(f"posted {replied}" if on_terminal() else str(replied))


async def _reply(asking: Asking, to: int, body: str, files: Sequence[Path]) -> dict[str, Any]:
    return await asking.write("reply", post_id=to, body=body, **await sent(asking, files))
