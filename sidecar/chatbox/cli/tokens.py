"""`chatbox tokens`: the secret that lets agents in."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import print_json, say
from chatbox.client.endpoint import read_secret
from chatbox.operations.tokens import digest_of


@click.group("tokens")
def command() -> None:
    """Replace the token that lets agents in."""


@command.command("rotate")
@with_json
def rotate(workspace: Path | None, as_json: bool) -> None:
    """Make a new token for agents; the one before it lets them in until the next rotation.

    It is never printed: agents started by `chatbox mcp` read the file. Two rotations shut out whoever learned the
    old one. Refused (1) while AGENTCHAT_AUTH_TOKEN dictates the token.
    """
    files = files_of(workspace)
    known = read_secret(files.token)
    # By its digest: should the answer be lost, the same is asked again, and the one token of grace is not used up.
    replaces = {} if known is None else {"replaces": digest_of(known)}
    ask(files, lambda asking: asking.read("rotate_token", **replaces))
    if as_json:
        print_json({"id": str(files.token), "status": "rotated"})
        return
    say(f"The agents' new token is in {files.token}; the one before it still admits until the next rotation.")
