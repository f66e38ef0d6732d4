"""`chatbox approve`."""

from pathlib import Path

import click

from chatbox.cli.deciding import decide
from chatbox.cli.options import files_of, with_json


@click.command("approve")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--comment", default="", help="What to say with it.")
@with_json
def command(number: int, comment: str, workspace: Path | None, as_json: bool) -> None:
    """Approve what a post asks for.

    The question is shown, and exactly what is shown is approved.
    """
    decide(files_of(workspace), number, "approve", {"comment": comment}, as_json=as_json)
