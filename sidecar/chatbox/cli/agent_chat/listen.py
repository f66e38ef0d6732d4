"""`agent-chat listen`, and the listening part of `join`."""

import click

from chatbox.cli.agent_chat.options import (
    is_wrong_password,
    note,
    password_for,
    say,
    shown,
    told,
    url_option,
    with_password,
)
from chatbox.client.rooms import RoomClient, follow


@click.command("listen")
@url_option
@with_password
@click.pass_context
def command(context: click.Context, url: str, password: str | None) -> None:
    """Print what is said in a room, from its beginning on, until Ctrl-C."""
    room = RoomClient(url, password_for(url, password))
    note(f"👂 Listening to {url}...")
    context.exit(listen(room, 0))


def listen(room: RoomClient, after: int) -> int:
    """Print everything behind the first `after` messages; the exit code. A wrong password will not become right."""
    code = 0

    def failed(error: Exception) -> bool:
        nonlocal code
        if is_wrong_password(error):
            note(told(error))
            code = 1
            return False
        note(f"❌ Poll error: {error}")
        return True

    try:
        for message in follow(room, after, failed):
            say(shown(message))
    except KeyboardInterrupt:
        return 0
    return code
