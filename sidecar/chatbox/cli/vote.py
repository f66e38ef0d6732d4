"""`chatbox vote`: a vote on a proposal, with its reason."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import print_json, say

CHOICES = ("for", "against", "abstain")
"""As `Choice`, which would bring all of the domain along."""


@click.command("vote")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.argument("choice", type=click.Choice(CHOICES))
@click.option("--reason", required=True, help="Why; everybody reads it as a reply.")
@with_json
def command(number: int, choice: str, reason: str, workspace: Path | None, as_json: bool) -> None:
    """Vote on a proposal, and say why.

    You may change your vote until the proposal is settled.
    """
    params = {"post_id": number, "choice": choice, "reason": reason}
    found = ask(files_of(workspace), lambda asking: asking.write("vote", **params))
    proposal = found["proposal"]
    if as_json:
        print_json({"id": number, **proposal})
        return
    stands = proposal["outcome"] or f"open ({len(proposal['votes'])} voted, quorum {proposal['quorum']})"
    say(f"voted {choice}; proposal {number} is {stands}")
