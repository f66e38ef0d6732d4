"""`chatbox search`: what was said, found again."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, table, when


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--before", type=click.IntRange(min=1), metavar="ID", help="Only what was said before this message.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="How many at most.")
@with_json
def command(query: tuple[str, ...], before: int | None, limit: int, workspace: Path | None, as_json: bool) -> None:
    """Find what was said, newest first.

    QUERY holds words, "phrases", -words, from:NAME in:#channel before:DAY after:DAY on:DAY has:X is:X. Put `--`
    before a query that begins with a minus. Exit code 0 also when nothing is found.
    """
    params = {"query": " ".join(query), "before_id": before, "limit": limit}
    found = ask(files_of(workspace), lambda asking: asking.read("search", **params))
    messages = found["messages"]
    if as_json:
        print_json(messages)
    elif messages or not on_terminal():
        rows = [(m["id"], when(m["at"]), m["channel"], m["author"], m["title"] or m["body"]) for m in messages]
        table(("ID", "SAID AT", "CHANNEL", "AUTHOR", "WHAT"), rows)
    else:
        note("Nothing was found.")
    if found["more"]:
        note(f"There is more: --before {messages[-1]['id']} goes on.")
