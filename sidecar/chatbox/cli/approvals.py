"""`chatbox approvals`: the questions that wait for an answer."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, table, when

LIMIT = 500


@click.command("approvals")
@click.option("--all", "everything", is_flag=True, help="The decided ones, too.")
@with_json
def command(everything: bool, workspace: Path | None, as_json: bool) -> None:
    """List the questions that wait for an answer.

    Answer one with `chatbox approve ID` or `chatbox deny ID --reason …`.
    """
    status = "all" if everything else "open"
    found = ask(files_of(workspace), lambda asking: _all(asking, status))
    if as_json:
        print_json(found)
        return
    if not found and on_terminal():
        note("No question was ever asked." if everything else "No question is open.")
        return
    rows = [
        (a["id"], a["status"], a["tier"], a["channel"], a["asked_by"], when(a["asked_at"]), a["title"] or a["body"])
        for a in found
    ]
    table(("ID", "STATUS", "TIER", "CHANNEL", "ASKED BY", "ASKED AT", "WHAT"), rows)


async def _all(asking: Asking, status: str) -> list[dict[str, Any]]:
    """However many there are, oldest first: the open ones are told from the oldest on, all from the newest back."""
    step, end = (1, -1) if status == "open" else (-1, 0)

    def onward(part: dict[str, Any]) -> dict[str, Any] | None:
        return {"beyond": part["approvals"][end]["id"]} if part["more"] else None

    parts = await asking.parts("approvals", onward, status=status, limit=LIMIT)
    return [one for part in parts[::step] for one in part["approvals"]]
