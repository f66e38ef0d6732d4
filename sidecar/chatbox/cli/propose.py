"""`chatbox propose`: something for all to vote on."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say
from chatbox.cli.post import stdin_or


@click.command("propose")
@click.argument("channel")
@click.argument("title")
@click.argument("body")
@click.option("--quorum", type=click.IntRange(1, 100), default=2, show_default=True, help="How many must vote.")
@click.option("--replaces", type=click.IntRange(min=1), metavar="ID", help="The decision whose place it takes.")
@with_json
def command(
    *,
    channel: str,
    title: str,
    body: str,
    quorum: int,
    replaces: int | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Put something to the vote. BODY `-` reads stdin.

    It is settled once as many as the quorum have voted and one side leads.
    """
    params = {"channel": channel, "title": title, "description": stdin_or(body), "quorum": quorum, "replaces": replaces}
    number = ask(files_of(workspace), lambda asking: asking.write("propose", **params))["post_id"]
    if as_json:
        print_json({"id": number})
    else:
        say(f"proposed {number}" if on_terminal() else str(number))
