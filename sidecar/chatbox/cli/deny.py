"""`chatbox deny`."""

from pathlib import Path

import click

from chatbox.cli.deciding import decide
from chatbox.cli.options import files_of, with_json


@click.command("deny")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why not; the asker reads it.")
@with_json
def command(number: int, reason: str, workspace: Path | None, as_json: bool) -> None:
    """Deny what a post asks for, and say why."""
    decide(files_of(workspace), number, "deny", {"reason": reason}, as_json=as_json)
