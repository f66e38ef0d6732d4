"""`chatbox redact`: remove what a message says, for good."""

from pathlib import Path

import click

from chatbox.cli.asking import ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import TOKENS_MAX, files_of, with_json
from chatbox.cli.output import files_of_message, note, note_words, on_terminal, one_line, print_json, say, when


@click.command("redact")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_json
def command(number: int, yes: bool, workspace: Path | None, as_json: bool) -> None:
    """Remove a message's text for good.

    With all its wordings, its title and its files that no other message names. That it was said, when and by whom stays
    on record. What an export or somebody's copy has of it stays there.
    """
    files = files_of(workspace)
    if not yes:
        if as_json:
            raise click.UsageError("--json asks nothing: say --yes")
        found = ask(files, lambda asking: asking.read("get_post", post_id=number, max_msgs=1, max_tokens=TOKENS_MAX))
        said = found["post"]
        note(f"{said['id']}: {one_line(said['author'])} said ({said['channel']}, {when(said['at'])})")
        note_words(said, or_else="(redacted)")
        if said["attachments"]:
            note(f"    {files_of_message(said['attachments'])}")
        if not click.confirm("Remove this text for good?", err=True):
            raise Failed(Exit.REFUSED, "REFUSED", "nothing was removed (--yes asks nothing)")
    ask(files, lambda asking: asking.write("redact", message_id=number))
    if as_json:
        print_json({"id": number, "status": "redacted"})
    elif on_terminal():
        say(f"The text of {number} is gone.")
    else:
        say(f"{number}\tredacted")
