"""`chatbox room`: password rooms beside the workspace, for people and agents from elsewhere."""

from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, on_terminal, print_json, say, styled, table, when

PASSWORD_VARIABLE = "AGENTCHAT_ROOM_PASSWORD"  # noqa: S105 - the name of a variable
REACH = {"machine": "only this machine", "network": "this network", "internet": "the internet"}


@click.group("room", invoke_without_command=True)
@with_json
@click.pass_context
def command(context: click.Context, workspace: Path | None, as_json: bool) -> None:
    """Open, list, invite to and close password rooms for guests.

    A guest needs the invitation and any client of agent-chatroom, or a browser, and sees nothing of the workspace.
    """
    if context.invoked_subcommand is not None:
        # What stands before the action holds for it as well.
        context.obj = (workspace, as_json)
        return
    _list(workspace, as_json)


@command.command("open")
@click.option("--name", default="Room", show_default=True, help="What it is called.")
@click.option("--password", envvar=PASSWORD_VARIABLE, help=f"Else {PASSWORD_VARIABLE}. Left out: a strong one is made.")
@click.option("--host", help="Let others in your network in: an address of this machine, or 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), help="For --host and --tunnel. Default: a free one.")
@click.option("--tunnel", type=click.Choice(["cloudflared", "ngrok"]), help="Let everybody in who has the invitation.")
@with_json
@click.pass_obj
def open_(
    before: tuple[Path | None, bool],
    *,
    name: str,
    password: str | None,
    host: str | None,
    port: int | None,
    tunnel: str | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Open a room. It is in memory, and gone with the process that runs here.

    Without --host and --tunnel only this machine reaches it.
    """
    files = files_of(workspace or before[0])
    if tunnel == "cloudflared":
        _fetch_cloudflared()
    wish = {"name": name, "password": password, "host": host, "port": port or 0, "tunnel": tunnel}
    found = ask(files, lambda asking: asking.write("open_room", **wish))
    if as_json or before[1]:
        print_json(found)
        return
    _show_open(found)


@command.command("list")
@with_json
@click.pass_obj
def list_(before: tuple[Path | None, bool], workspace: Path | None, as_json: bool) -> None:
    """List the rooms that are open, without their passwords: `chatbox room invite ID` has them."""
    _list(workspace or before[0], as_json or before[1])


@command.command("invite")
@click.argument("room", metavar="ID")
@with_json
@click.pass_obj
def invite(before: tuple[Path | None, bool], room: str, workspace: Path | None, as_json: bool) -> None:
    """Print the invitation to a room that is open once more, with its password."""
    found = ask(files_of(workspace or before[0]), lambda asking: asking.read("repeat_invitation", room=room))
    if as_json or before[1]:
        print_json(found)
        return
    _show_open(found)


@command.command("close")
@click.argument("room", metavar="ID")
@with_json
@click.pass_obj
def close(before: tuple[Path | None, bool], room: str, workspace: Path | None, as_json: bool) -> None:
    """Close a room: everybody in it is let go, and what was said is gone."""
    ask(files_of(workspace or before[0]), lambda asking: asking.read("close_room", room=room))
    if as_json or before[1]:
        print_json({"id": room, "status": "closed"})
    elif on_terminal():
        say(f"closed {room}")


def _list(workspace: Path | None, as_json: bool) -> None:
    async def work(asking: Asking) -> list[dict[str, Any]]:
        return list((await asking.read("list_rooms"))["rooms"])

    found = ask(files_of(workspace), work)
    if as_json:
        print_json(found)
        return
    if not found and on_terminal():
        note("No room is open: `chatbox room open` opens one.")
        return
    rows = [(r["id"], r["name"], _reach(r), r["messages"], r["waiting"], when(r["opened_at"]), r["url"]) for r in found]
    table(("ID", "NAME", "REACHED FROM", "MESSAGES", "LISTENING", "OPENED AT", "ADDRESS"), rows)
    if on_terminal():
        note("`chatbox room invite ID` prints a room's invitation with its password.")


def _reach(room: dict[str, Any]) -> str:
    return "nowhere: its tunnel ended" if room["tunnel_lost"] else REACH[room["reach"]]


def _show_open(room: dict[str, Any]) -> None:
    say(f"{room['name']} is open ({room['id']}). Reached from: {_reach(room)}.")
    say(f"\n  {styled(room['link'], 'head')}\n")
    say(f"  address   {room['url']}")
    say(f"  password  {room['password']}\n")
    say(room["invitation"])
    if room["is_weak"]:
        note(
            "\nThe password is easy to guess, and the room leaves this machine: leave --password out for a strong one."
        )
    say(f"\n`chatbox room close {room['id']}` closes it; it is also gone when ChatBox ends here.")


def _fetch_cloudflared() -> None:
    """Fetched by whoever waits for it, not by the owner: everybody else's requests go on meanwhile."""
    from chatbox.tunnels import cloudflared, fetching  # noqa: PLC0415 - only for who wants a tunnel

    try:
        if cloudflared.find() is None:
            note("Fetching cloudflared, about 40 MB, once.")
            fetching.fetch()
    except fetching.FetchFailed as failed:
        raise Failed(Exit.REFUSED, "NOT_FETCHED", str(failed)) from failed
