"""`chatbox post`: a line, a reply, or a titled post that may ask for an approval."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.attaching import sent, with_files
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say

TYPES = ("plan", "change-order", "alert", "observation", "proposal", "question")
"""As `PostType`, which would bring all of the domain along."""

STDIN_BYTES_MAX = 1024 * 1024
"""More than the broker takes: it is the one to say so."""


@click.command("post")
@click.argument("channel")
@click.argument("body")
@click.option("--reply-to", type=click.IntRange(min=1), metavar="ID", help="Answer in the thread of this message.")
@click.option("--title", help="Make it a post with this title.")
@click.option("--type", "post_type", type=click.Choice(TYPES), help="What kind of post. Default: proposal.")
@with_files
@click.option("--tier", type=click.IntRange(0, 2), help="1: anyone else must approve; 2: a person must.")
@with_json
def command(
    *,
    channel: str,
    body: str,
    reply_to: int | None,
    title: str | None,
    post_type: str | None,
    tier: int | None,
    files: tuple[Path, ...],
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Say something in a channel. BODY `-` reads stdin.

    Mention @name to wake an agent.
    """
    if title is None and (post_type is not None or tier is not None):
        raise click.UsageError("--type and --tier belong to a post: give it a --title")
    if title is not None and reply_to is not None:
        raise click.UsageError("a reply has no --title: leave out --title or --reply-to")
    text = stdin_or(body)
    if reply_to is not None:
        number = ask(files_of(workspace), lambda asking: _reply(asking, channel, reply_to, text, files))
    elif title is not None:
        params = {"title": title, "description": text, "type": post_type or "proposal", "tier": tier or 0}
        number = ask(files_of(workspace), lambda asking: _said(asking, "start_post", files, channel=channel, **params))
    else:
        number = ask(files_of(workspace), lambda asking: _said(asking, "chat", files, channel=channel, body=text))
    if as_json:
        print_json({"id": number})
    else:
        say(f"posted {number}" if on_terminal() else str(number))


async def _reply(asking: Asking, channel: str, to: int, body: str, files: Sequence[Path]) -> int:
    """A reply goes where its thread is; naming another channel is a mistake worth telling."""
    thread = await asking.read("get_post", post_id=to)
    there = thread["post"]["channel"]
    if there != f"#{channel.removeprefix('#')}":
        raise Failed(Exit.REFUSED, "VALIDATION_ERROR", f"message {to} is in {there}, not in {channel}: name {there}")
    return await _said(asking, "reply", files, post_id=to, body=body)


async def _said(asking: Asking, operation: str, files: Sequence[Path], **params: Any) -> int:
    named = await sent(asking, files)
    (number,) = (await asking.write(operation, **params, **named)).values()
    return int(number)


def stdin_or(body: str) -> str:
    """`body`, or for `-` all of stdin without the line break at its end. Raises `Failed`."""
    if body != "-":
        return body
    held = sys.stdin.buffer.read(STDIN_BYTES_MAX + 1)
    if len(held) > STDIN_BYTES_MAX:
        raise Failed(Exit.REFUSED, "PAYLOAD_TOO_LARGE", f"stdin has more than {STDIN_BYTES_MAX} bytes: say less")
    try:
        return held.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", "stdin is not UTF-8 text: convert it first") from error
