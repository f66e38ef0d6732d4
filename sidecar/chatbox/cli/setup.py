"""`chatbox setup`: an agent's program is told where the room is."""

import os
from pathlib import Path

import click

from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, say, styled
from chatbox.setup.changing import CannotChange, Change, adding, removing, write
from chatbox.setup.clients import CLIENTS, Client, Scope
from chatbox.setup.entries import launch
from chatbox.setup.skill import skill_folder, skill_text


@click.command("setup")
@click.argument("client", type=click.Choice(list(CLIENTS)))
@click.option("--name", metavar="NAME", help="What the agent is called in the room. Default: the client's name.")
@click.option("--user", is_flag=True, help="In your own configuration, for every project, instead of the project's.")
@click.option("--skill", is_flag=True, help="Also put the skill that teaches the room where the client has skills.")
@click.option("--remove", is_flag=True, help="Take our entry out again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show the change, and write nothing.")
@with_json
def command(
    *,
    client: str,
    name: str | None,
    user: bool,
    skill: bool,
    remove: bool,
    yes: bool,
    dry_run: bool,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Tell an agent's program where the room is.

    Shows the change to the program's configuration, asks, and writes it; the former file is kept beside it. An entry
    that starts the earlier system's broker.py is replaced. `chatbox doctor` checks the result.

    Exit codes: 1 refused, also when you say no, or when a file with comments is left for you to change; 3 a file
    cannot be read or written.
    """
    files = files_of(workspace)
    found = CLIENTS[client]
    scope: Scope = "user" if user else "project"
    if scope not in found.scopes:
        raise click.UsageError(f"{found.title} is told for each project: leave out --user")
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json asks nothing: say --yes or --dry-run")
    change = _change(found, scope, files.root, None if remove else name or client)
    written = None
    if not change.is_nothing:
        _show(change, as_json)
        if not dry_run:
            if not yes and not click.confirm(f"Write this to {change.path}?", err=True):
                raise Failed(Exit.REFUSED, "REFUSED", f"{change.path} was left as it is")
            written = write(change)
    if skill and not dry_run and not remove:
        _teach(found, scope, files.root)
    _tell(found, files.root, change, written, dry_run=dry_run, as_json=as_json)


def _change(client: Client, scope: Scope, root: Path, agent: str | None) -> Change:
    """Raises `Failed`; lines that a person has to add are printed before."""
    try:
        return removing(client, scope, root) if agent is None else adding(client, scope, root, launch(root, agent))
    except CannotChange as cannot:
        if cannot.lines is not None:
            note(cannot.lines.rstrip("\n"))
        message = f"{cannot}{' (above)' if cannot.lines else ''}"
        raise Failed(Exit.REFUSED, "WRONG_STATE", message) from cannot


def _show(change: Change, as_json: bool) -> None:
    if as_json:
        return
    for line in change.diff():
        style = "good" if line.startswith("+") else "bad" if line.startswith("-") else "quiet"
        say(styled(line, style))
    for name in change.replaced:
        note(f"{name} starts the earlier system's broker.py: it is replaced.")


def _teach(client: Client, scope: Scope, root: Path) -> None:
    folder = skill_folder(client.name, scope, root)
    if folder is None:
        note(f"Where {client.title} keeps skills is not known here: `chatbox skill` prints it.")
        return
    file = folder / "SKILL.md"
    text = skill_text()
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    note(f"The skill is in {file}.")


def _tell(client: Client, root: Path, change: Change, backup: Path | None, *, dry_run: bool, as_json: bool) -> None:
    status = "unchanged" if change.is_nothing else "shown" if dry_run else "written"
    if as_json:
        kept = None if backup is None else os.fspath(backup)
        diff = "\n".join(change.diff())
        print_json({"id": str(change.path), "client": client.name, "status": status, "backup": kept, "diff": diff})
        return
    if status == "unchanged":
        say(f"{change.path} is right already: nothing was changed.")
    elif status == "written":
        say(f"{change.path} is written." + (f" It was kept as {backup.name}." if backup else ""))
        if client.remark and change.path.is_relative_to(root):
            note(client.remark)
