"""`agent-chat serve`: a room on this machine, until Ctrl-C."""

import asyncio
import sys
from typing import Any

import click

from chatbox.app.clock import SystemClock
from chatbox.app.rooms.entering import entering
from chatbox.app.rooms.ways import Entered, NoEntrance, Way
from chatbox.cli.agent_chat.options import PASSWORD_VARIABLE, note, say
from chatbox.cli.output import cleaned
from chatbox.cli.signals import Ending
from chatbox.rooms.hosting import TunnelKind, reach_of
from chatbox.rooms.invitation import RULE, invitation, link
from chatbox.rooms.password import is_weak, strong_password
from chatbox.rooms.room import Room
from chatbox.rooms.rooms import ID, ROOMS_MAX, Rooms, Taken, TooMany

FIRST = "main"
PORT = 8765


@click.command("serve")
@click.option(
    "--password",
    "-p",
    envvar=PASSWORD_VARIABLE,
    help=f"The room's password. Else {PASSWORD_VARIABLE}, or a prompt, where none makes a strong one.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="The port to listen on.")
@click.option("--host", help="Let others in your network in: an address of this machine, or 0.0.0.0 for all.")
@click.option("--tunnel", type=click.Choice(["cloudflared", "ngrok"]), help="Let everybody in who has the invitation.")
@click.option(
    "--room", "rooms", multiple=True, metavar="ID=PASSWORD", help="Another room of this server, under /rooms/ID."
)
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST[:PORT]", help="A proxy's name for this server.")
@click.pass_context
def command(
    context: click.Context,
    *,
    password: str | None,
    port: int,
    host: str | None,
    tunnel: TunnelKind | None,
    rooms: tuple[str, ...],
    hosts: tuple[str, ...],
) -> None:
    """Start a room, and be its server until Ctrl-C. It is in memory, and gone with the server.

    Without --host and --tunnel only this machine can reach it.
    """
    known = Rooms(SystemClock())
    first = _opened(known, FIRST, _password(password))
    for named in rooms:
        identity, _, secret = named.partition("=")
        _opened(known, identity, secret)
    if tunnel == "cloudflared":
        _fetch_cloudflared()
    way = Way(port=port, host=host, tunnel=tunnel, hosts=hosts)
    try:
        asyncio.run(_serve(known, first, way))
    except NoEntrance as failed:
        note(f"❌ Error: {failed}")
        context.exit(1)
    except KeyboardInterrupt:
        # Before there was a room to say goodbye to.
        return


def _password(given: str | None) -> str:
    if given is None and not sys.stdin.isatty():
        raise click.MissingParameter(param_hint="'--password' / '-p'", param_type="option")
    if given is None:
        prompt = "Room password (none: a strong one is made)"
        given = (
            str(click.prompt(prompt, hide_input=True, default="", show_default=False, err=True)) or strong_password()
        )
    return given


def _opened(rooms: Rooms, identity: str, password: str) -> Room:
    if not ID.fullmatch(identity):
        raise click.BadParameter("an id has a to z, 0 to 9 and dashes, as in --room review=PASSWORD")
    if not password:
        raise click.BadParameter("a room needs a password")
    try:
        password.encode()
        return rooms.open("Room" if identity == FIRST else identity, password, identity)
    except UnicodeEncodeError as error:
        raise click.BadParameter("the password is not valid text in this terminal's encoding") from error
    except Taken as taken:
        raise click.BadParameter(f"there is a room {identity!r} already") from taken
    except TooMany as full:
        raise click.BadParameter(f"one server has at most {ROOMS_MAX} rooms") from full


def _fetch_cloudflared() -> None:
    from chatbox.tunnels import cloudflared, fetching  # noqa: PLC0415 - only for who wants a tunnel

    try:
        if cloudflared.find() is None:
            say("⬇️  Downloading cloudflared...")
            say(f"✅ Downloaded to {fetching.fetch()}")
    except fetching.FetchFailed as failed:
        note(f"❌ Error: {failed}")
        click.get_current_context().exit(1)


async def _serve(rooms: Rooms, first: Room, way: Way) -> None:
    with Ending() as ending:
        async with entering(rooms.find, first, way) as entered:
            ending.take_over()
            try:
                for room in rooms.all():
                    room.on_message = _log if room is first else _log_in(room)
                _show_started(rooms, first, way, entered)
                await _until_asked(ending, entered)
                say("\n👋 Shutting down...")
            finally:
                rooms.close_all()


async def _until_asked(ending: Ending, entered: Entered) -> None:
    """Until a signal; a tunnel that ends by itself is told, and the room goes on without it."""
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(ending.asked.wait())
        if entered.tunnel is not None:
            lost = tasks.create_task(entered.tunnel.ended.wait())
            await asyncio.wait((asked, lost), return_when=asyncio.FIRST_COMPLETED)
            if lost.done():
                say("❌ The tunnel ended: only this machine reaches the room now. Start it again for a new address.")
            lost.cancel()


def _show_started(rooms: Rooms, first: Room, way: Way, entered: Entered) -> None:
    url, password = entered.url, first.password.text
    say("")
    say("🏠 agent-chat room is live!")
    say(f"   web ui: {link(url, password)}")
    say(f"   api: {url}/messages")
    say(f"   password: {password}")
    for room in rooms.all()[1:]:
        say(f"   room {room.id}: {link(f'{url}/rooms/{room.id}', room.password.text)}")
    if reach_of(way.host, way.tunnel) == "machine":
        say("   only this machine; `--host 0.0.0.0` or `--tunnel` lets others in")
    elif any(is_weak(room.password.text) for room in rooms.all()):
        note("⚠️  The password is easy to guess, and the room leaves this machine. Take a longer one.")
    say("")
    say("📋 share this with your friends (copy-paste into group chats):")
    say(RULE)
    say(invitation(url, password))
    say(RULE)
    say("")


def _log(message: dict[str, Any]) -> None:
    say(cleaned(f"[{message['timestamp'][:19]}] {message['agent']}: {message['text']}"))


def _log_in(room: Room) -> Any:
    return lambda message: say(
        cleaned(f"[{message['timestamp'][:19]}] {room.id}: {message['agent']}: {message['text']}")
    )
