"""`chatbox doctor`: what is wrong here, and what to do about it."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from chatbox import __version__
from chatbox.cli.asking import health
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, table
from chatbox.cli.progress import Shown
from chatbox.client.endpoint import Files
from chatbox.client.machine import START
from chatbox.setup.doctoring import Finding, examine

SIGNS = {"good": "✓", "odd": "!", "bad": "✗"}


@click.command("doctor")
@with_json
def command(workspace: Path | None, as_json: bool) -> int:
    """Look for what is wrong here, and say what to do.

    Python, SQLite, the workspace's files, who runs it, tokens, the journal, agents.toml, and what each client was
    told by `chatbox setup`. Changes nothing. It does not yet wake an agent to prove that it can be woken.

    Exit codes: 0 nothing is wrong (! is worth a look); 1 something is (✗).
    """
    files = files_of(workspace)
    with Shown("checking the journal") as progress:
        found = [*examine(files, progress), *_owner(files)]
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        rows = [(SIGNS[one.status], one.id, one.said, one.todo) for one in found]
        table(("", "WHAT", "FOUND", "WHAT TO DO"), rows)
        if on_terminal():
            note("Whether each agent can really be woken is not tried yet.")
    return Exit.REFUSED if any(one.status == "bad" for one in found) else Exit.DONE


def _owner(files: Files) -> Iterator[Finding]:
    try:
        found = health(files)
    except Failed as failed:
        yield Finding("owner", "bad", "what runs here cannot be asked", failed.message)
        return
    if found is None:
        todo = f"`{START}` as an administrator" if files.by_service else "start it with `chatbox up`, or open VS Code"
        yield Finding("owner", "odd", "nothing is running here", todo)
        return
    endpoint, said = found
    if said["status"] != "ok":
        yield Finding("owner", "bad", f"{said.get('detail')}", "`chatbox stop`, then start it again")
    elif said["version"] != __version__:
        what = f"process {endpoint.pid} is ChatBox {said['version']}, this is {__version__}"
        yield Finding("owner", "odd", what, "`chatbox stop`, then start it again")
    elif said.get("detail"):
        what, _, todo = str(said["detail"]).rpartition(": ")
        yield Finding("owner", "odd", what, todo)
    else:
        yield Finding("owner", "good", f"process {endpoint.pid} answers at {endpoint.url}")
