"""`agent-chat join`."""

import click

from chatbox.cli.agent_chat.listen import listen
from chatbox.cli.agent_chat.options import (
    is_wrong_password,
    name_option,
    note,
    password_for,
    say,
    shown,
    told,
    url_option,
    with_password,
)
from chatbox.client.rooms import UNREACHABLE, RoomClient


@click.command("join")
@url_option
@with_password
@name_option
@click.pass_context
def command(context: click.Context, url: str, password: str | None, agent_name: str) -> None:
    """Say that you are there, and listen until Ctrl-C."""
    room = RoomClient(url, password_for(url, password))
    note(f"🤖 Joining as {agent_name}...")
    after = 0
    try:
        # Asked by count, because the room may have forgotten its oldest messages; and nothing is a poll that is held.
        existing, after = room.poll(0) if room.count() else ([], 0)
        for message in existing:
            say(shown(message))
        if existing:
            say("--- end of history ---")
        room.send(agent_name, "*joined the chat*")
    except KeyboardInterrupt:
        return
    except UNREACHABLE as error:
        note(told(error))
        if is_wrong_password(error):
            context.exit(1)
    context.exit(listen(room, after))
