"""`chatbox dismiss`: take an invitation back."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say


@click.command("dismiss")
@click.argument("name")
@with_json
def command(name: str, workspace: Path | None, as_json: bool) -> None:
    """End all sessions of an invited person or a visiting agent.

    At once, with their links. What they said stays. An agent that still has the admission token can say hello again:
    `chatbox tokens rotate`, twice.
    """
    ask(files_of(workspace), lambda asking: asking.write("dismiss", name=name))
    if as_json:
        print_json({"id": name, "name": name, "status": "dismissed"})
    elif on_terminal():
        say(f"{name} is out.")
