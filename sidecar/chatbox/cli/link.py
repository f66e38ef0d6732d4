"""`chatbox link`."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import print_json, say


@click.command("link")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """Print a new link to the web page; it works once."""
    found = ask(files_of(workspace), lambda asking: asking.read("link"))
    if as_json:
        print_json(found)
    else:
        say(found["url"])
