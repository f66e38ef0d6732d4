"""`chatbox agents`: how they are, and what a person tells them."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, table, when

NO_SUPERVISOR = "No supervisor is running: agents are not woken"


@click.group("agents", invoke_without_command=True)
@with_json
@click.pass_context
def command(context: click.Context, workspace: Path | None, as_json: bool) -> None:
    """List the agents; wake, pause or resume one."""
    if context.invoked_subcommand is not None:
        # What stands before the action holds for it as well.
        context.obj = (workspace, as_json)
        return
    found = ask(files_of(workspace), lambda asking: asking.read("agents"))
    _show(found, found["agents"], as_json)


@command.command("wake")
@click.argument("name")
@with_json
@click.pass_obj
def wake(before: tuple[Path | None, bool], name: str, workspace: Path | None, as_json: bool) -> None:
    """Give an agent a turn now."""
    _direct("wake", name, workspace or before[0], as_json or before[1])


@command.command("pause")
@click.argument("name")
@with_json
@click.pass_obj
def pause(before: tuple[Path | None, bool], name: str, workspace: Path | None, as_json: bool) -> None:
    """Park an agent until it is resumed; a turn that runs is given up."""
    _direct("pause", name, workspace or before[0], as_json or before[1])


@command.command("resume")
@click.argument("name")
@with_json
@click.pass_obj
def resume(before: tuple[Path | None, bool], name: str, workspace: Path | None, as_json: bool) -> None:
    """Let a parked agent go on."""
    _direct("resume", name, workspace or before[0], as_json or before[1])


def _direct(action: str, name: str, workspace: Path | None, as_json: bool) -> None:
    async def work(asking: Asking) -> dict[str, Any]:
        await asking.write(action, agent=name)
        return await asking.read("agents")

    found = ask(files_of(workspace), work)
    mine = [agent for agent in found["agents"] if agent["name"] == name]
    if not mine:
        raise Failed(
            Exit.REFUSED, "NOT_FOUND", f"{name} is gone meanwhile: `chatbox agents` lists those that are there"
        )
    if as_json:
        print_json(mine[0])
    else:
        _show(found, mine, as_json=False)


def _show(found: dict[str, Any], agents: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(agents)
    else:
        table(("AGENT", "ENGINE", "STATE", "SINCE", "TURN", "NOTE"), [_row(agent) for agent in agents])
    if not found["supervisors"]:
        note(NO_SUPERVISOR)


def _row(agent: dict[str, Any]) -> tuple[object, ...]:
    turn = "" if agent["turn"] is None else f"{agent['turn']}, attempt {agent['attempt']}"
    said = agent["parked_because"] or ("" if agent["supervised"] else "nobody runs it")
    if agent["retry_at"] is not None:
        said = f"tried again at {when(agent['retry_at'])}"
    return agent["name"], agent["engine"], agent["state"], when(agent["since"]), turn, said
