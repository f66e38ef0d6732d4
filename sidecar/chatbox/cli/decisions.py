"""`chatbox decisions`: what was decided by vote."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, table, when

LIMIT = 500
NONE = {
    "standing": "Nothing was decided by vote yet.",
    "open": "Nothing is being voted on.",
    "all": "Nothing was ever put to the vote.",
}


@click.command("decisions")
@click.option("--open", "status", flag_value="open", help="What is being voted on.")
@click.option("--all", "status", flag_value="all", help="Every proposal, also those rejected or replaced.")
@with_json
def command(status: str | None, workspace: Path | None, as_json: bool) -> None:
    """List what was decided by vote and still holds, oldest first.

    What a person was asked to approve is another thing: `chatbox approvals --all`.
    """
    status = status or "standing"
    found = ask(files_of(workspace), lambda asking: _all(asking, status))
    if as_json:
        print_json(found)
        return
    if not found and on_terminal():
        note(NONE[status])
        return
    table(("ID", "OUTCOME", "VOTES", "CHANNEL", "PROPOSED BY", "SETTLED AT", "WHAT"), [_row(one) for one in found])


async def _all(asking: Asking, status: str) -> list[dict[str, Any]]:
    """However many there are, oldest first: they are told from the newest back."""
    parts = await asking.parts("decisions", _older, status=status, limit=LIMIT)
    return [one for part in reversed(parts) for one in part["proposals"]]


def _older(part: dict[str, Any]) -> dict[str, Any] | None:
    return {"before": part["proposals"][0]["id"]} if part["more"] else None


def _row(message: dict[str, Any]) -> tuple[object, ...]:
    proposal = message["proposal"]
    outcome = proposal["outcome"] or "open"
    if proposal["replaced_by"] is not None:
        outcome = f"{outcome}, replaced by {proposal['replaced_by']}"
    cast = [vote["choice"] for vote in proposal["votes"]]
    votes = " ".join(f"{choice}:{cast.count(choice)}" for choice in sorted(set(cast)))
    settled = "" if proposal["settled_at"] is None else when(proposal["settled_at"])
    what = message["title"] or message["body"] or "(redacted)"
    return message["id"], outcome, votes, message["channel"], message["author"], settled, what
