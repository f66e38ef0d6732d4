"""`chatbox reply`: an answer in the thread of a message, wherever that is."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say
from chatbox.cli.post import stdin_or


@click.command("reply")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.argument("body")
@with_json
def command(number: int, body: str, workspace: Path | None, as_json: bool) -> None:
    """Answer in the thread of a message. BODY `-` reads stdin.

    Mention @name to wake an agent.
    """
    text = stdin_or(body)
    replied = ask(files_of(workspace), lambda asking: asking.write("reply", post_id=number, body=text))["reply_id"]
    if as_json:
        print_json({"id": replied})
    else:
        say(f"posted {replied}" if on_terminal() else str(replied))
