"""`chatbox search`: what was said, found again."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import ask
from chatbox.cli.options import TOKENS_MAX, files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, table, when

SHOWN_CHARACTERS_MAX = 300
"""Of a message on a terminal."""


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
    params = {"query": " ".join(query), "before_id": before, "limit": limit, "max_tokens": TOKENS_MAX}
    found = ask(files_of(workspace), lambda asking: asking.read("search", **params))
    messages = found["messages"]
    if as_json:
        print_json(messages)
    elif messages or not on_terminal():
        rows = [(m["id"], when(m["at"]), m["channel"], m["author"], _words(m)) for m in messages]
        table(("ID", "SAID AT", "CHANNEL", "AUTHOR", "WHAT"), rows)
    else:
        note("Nothing was found.")
    if found["more"]:
        note(f"There is more: --before {messages[-1]['id']} goes on.")


def _words(message: dict[str, Any]) -> str:
    words = str(message["title"] or message["body"])
    if not on_terminal() or len(words) <= SHOWN_CHARACTERS_MAX:
        return words
    return f"{words[:SHOWN_CHARACTERS_MAX]}…"
