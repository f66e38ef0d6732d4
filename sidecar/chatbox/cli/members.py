"""`chatbox members`: who is here."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import print_json, table, when


@click.command("members")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """List who is here, as what, and until when.

    A person without a role was let go. Only the owner sees the channels and ends of invited people.
    """
    found = ask(files_of(workspace), lambda asking: asking.read("participants"))["participants"]
    if as_json:
        print_json(found)
        return
    table(("NAME", "KIND", "ROLE", "CHANNELS", "UNTIL"), [_row(one) for one in found])


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    until = when(one["expires"]) if one["expires"] is not None else ""
    return one["name"], one["kind"], one["role"], " ".join(one["channels"] or ()), until
