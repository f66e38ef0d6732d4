"""`chatbox listen`: what is said, as it is said."""

import asyncio
from pathlib import Path
from typing import Any

import click
import orjson

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import INDENT, block, clock, files_of_message, one_line, say, styled


@click.command("listen")
@click.argument("channels", metavar="[CHANNEL]...", nargs=-1)
@click.option(
    "--since", type=click.IntRange(min=0), metavar="ID", help="Begin behind this message; 0: at the beginning."
)
@click.option("--once", is_flag=True, help="End after one message.")
@click.option("--timeout", type=click.FloatRange(min=0), metavar="S", help="End after S seconds.")
@with_json
def command(
    channels: tuple[str, ...],
    since: int | None,
    once: bool,
    timeout: float | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Follow what is said.

    In all channels, or in those that are named.

    With --json one message a line. With --once and --timeout together the exit code is 1 when nothing was said.
    """
    named = [f"#{name.removeprefix('#')}" for name in channels]
    heard = ask(files_of(workspace), lambda asking: _listen(asking, named, since, timeout, once=once, as_json=as_json))
    if once and not heard:
        raise Failed(Exit.REFUSED, "TIMED_OUT", f"nothing was said within {timeout:g} s")


async def _listen(
    asking: Asking, channels: list[str], since: int | None, seconds: float | None, *, once: bool, as_json: bool
) -> bool:
    if since is not None and since > asking.head:
        raise Failed(Exit.REFUSED, "VALIDATION_ERROR", f"--since {since} is ahead of the newest entry: {asking.head}")
    if channels:
        # The broker knows best which of them there are, and which the asker may read.
        await asking.read("listen", channels=channels, since_id=asking.head, timeout_ms=0)
    try:
        async with asyncio.timeout(seconds):
            async for event in asking.events(asking.head if since is None else since):
                if event["type"] == "MessagePosted" and (not channels or event["message"]["channel"] in channels):
                    _show(event["message"], as_json)
                    if once:
                        return True
    except TimeoutError:
        pass
    return False


def _show(message: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say(orjson.dumps(message).decode())
        return
    body = message["body"] if message["body"] is not None else "(redacted)"
    text = f"{message['title']}: {body}" if message["title"] else body
    asks = f" (asks for approval {message['id']})" if message["tier"] else ""
    where = styled(f"[{clock(message['at'])}] {message['channel']}", "quiet")
    say(f"{where} {styled(one_line(message['author']), 'head')}: {block(text)}{asks}")
    if message["attachments"]:
        say(f"{INDENT}{styled(files_of_message(message['attachments']), 'quiet')}")
