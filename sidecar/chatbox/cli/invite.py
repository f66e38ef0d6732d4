"""`chatbox invite`: let a person in."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, say, when

DAYS_MAX = 365


@click.command("invite")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["approver", "member", "observer"]),
    default="member",
    show_default=True,
    help="An observer reads, a member also speaks, an approver also answers what only a person may.",
)
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="Only this one; repeat it. Default: all.")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=30, show_default=True, help="Until it ends.")
@with_json
def command(name: str, role: str, channels: tuple[str, ...], days: int, workspace: Path | None, as_json: bool) -> None:
    """Let a person in, with less than everything.

    Prints a link for NAME that works once, within a day. For somebody who was invited before it changes what they may
    do, and their earlier links end. With --channel nothing else exists for them. The page is reached where this machine
    is: only from here, or through a port forward of yours. `chatbox dismiss NAME` takes it back.
    """
    wish = {"name": name, "role": role, "channels": list(channels) or None, "days": days}
    found = ask(files_of(workspace), lambda asking: asking.write("invite", **wish))
    if as_json:
        print_json({"id": name, "name": name, "role": role, "channels": wish["channels"], **found})
        return
    say(found["url"])
    note(f"{name} is {_article(role)} until {when(found['expires'])}. The link works once, within a day.")


def _article(role: str) -> str:
    return f"an {role}" if role[0] in "ao" else f"a {role}"
