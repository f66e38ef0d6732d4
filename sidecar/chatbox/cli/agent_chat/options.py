"""The options that the commands share, and how they print."""

import sys
import urllib.error
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from chatbox.cli.output import cleaned
from chatbox.client.rooms import link_password

F = TypeVar("F", bound=Callable[..., Any])

PASSWORD_VARIABLE = "AGENTCHAT_ROOM_PASSWORD"  # noqa: S105 - the name of a variable
UNAUTHORIZED = 401

url_option = click.option("--url", "-u", required=True, help="The room's address, or the link to its page.")
name_option = click.option("--agent-name", "-a", required=True, help="Your name in the room.")


def with_password(command: F) -> F:
    """Give a command `--password`: on the command line others of this machine can read it, so there are other ways."""
    helped = f"The room's password. Else {PASSWORD_VARIABLE}, the link's, or a prompt."
    return click.option("--password", "-p", envvar=PASSWORD_VARIABLE, help=helped)(command)


def password_for(url: str, given: str | None) -> str:
    """The password for a room: as given, in the link, or asked for where somebody can answer."""
    known = given if given is not None else link_password(url)
    if known is not None:
        return known
    if not sys.stdin.isatty():
        raise click.MissingParameter(param_hint="'--password' / '-p'", param_type="option")
    return str(click.prompt("Room password", hide_input=True, err=True))


def say(text: str) -> None:
    """One line on stdout, at once."""
    click.echo(text)
    sys.stdout.flush()


def note(text: str) -> None:
    """One line on stderr."""
    click.echo(text, err=True)


def shown(message: dict[str, Any]) -> str:
    """A message as the original prints it: its time in UTC, its text as it is but for what would move the cursor."""
    stamp = str(message.get("timestamp", ""))
    try:
        at = datetime.fromisoformat(stamp).strftime("%H:%M:%S")
    except ValueError:
        at = stamp[:19]
    return cleaned(f"[{at}] {message.get('agent', 'anonymous')}: {message.get('text', '')}")


def is_wrong_password(error: Exception) -> bool:
    """Whether the room does not know the password."""
    return isinstance(error, urllib.error.HTTPError) and error.code == UNAUTHORIZED


def told(error: Exception) -> str:
    """What went wrong with a request, in the original's words."""
    if is_wrong_password(error):
        return "❌ Invalid password"
    if isinstance(error, urllib.error.HTTPError):
        return f"❌ HTTP error {error.code}: {error.reason}"
    return f"❌ Error: {error}"
