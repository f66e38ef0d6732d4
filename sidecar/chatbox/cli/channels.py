"""`chatbox channels`: which there are."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import print_json, table


@click.command("channels")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """List the channels."""
    found = ask(files_of(workspace), lambda asking: asking.read("rooms"))["channels"]
    if as_json:
        print_json(found)
        return
    rows = [(c["name"], c["count"], c["unread"], c["wake"] or "not followed", c["description"]) for c in found]
    table(("CHANNEL", "MESSAGES", "UNREAD", "WAKES", "WHAT FOR"), rows)
