"""`agent-chat send`."""

import click

from chatbox.cli.agent_chat.options import name_option, note, password_for, say, told, url_option, with_password
from chatbox.client.rooms import UNREACHABLE, RoomClient


@click.command("send")
@url_option
@with_password
@name_option
@click.option("--message", "-m", required=True, help="What to say.")
@click.pass_context
def command(context: click.Context, url: str, password: str | None, agent_name: str, message: str) -> None:
    """Say something in a room."""
    try:
        sent = RoomClient(url, password_for(url, password)).send(agent_name, message)
    except UNREACHABLE as error:
        note(told(error))
        sent = False
    if not sent:
        context.exit(1)
    say(f"✅ Sent message as {agent_name}")
