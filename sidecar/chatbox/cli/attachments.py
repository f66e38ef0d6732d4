"""`chatbox attachments`: the files of a message, listed or saved."""

import base64
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import TOKENS_MAX, files_of, with_json
from chatbox.cli.output import one_line, print_json, say, table
from chatbox.domain.attachments import wrong_with

NAME_BYTES_MAX = 240
COPIES_MAX = 1_000


@click.command("attachments")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@click.option(
    "--save",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Save them there. Nothing is overwritten: a taken name gets a number.",
)
@with_json
def command(number: int, save: Path | None, workspace: Path | None, as_json: bool) -> None:
    """List the files of a message, or save them.

    What a file claims to be is not what it is: look at its media type before you open it.
    """
    found = ask(files_of(workspace), lambda asking: _found(asking, number, save))
    if as_json:
        print_json(found)
    elif save is None:
        rows = [(one["name"], one["media_type"], one["size"], one["id"]) for one in found]
        table(("NAME", "MEDIA TYPE", "BYTES", "SHA-256"), rows)
    else:
        for one in found:
            say(one_line(one["path"]))


async def _found(asking: Asking, number: int, save: Path | None) -> list[dict[str, Any]]:
    thread = await asking.read("get_post", post_id=number, max_tokens=TOKENS_MAX)
    attachments: list[dict[str, Any]] = thread["post"]["attachments"]
    if save is None:
        return attachments
    return [{**one, "path": str(_saved(one["name"], await _content(asking, one["id"]), save))} for one in attachments]


def _saved(name: str, content: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path in _places(folder, name):
        try:
            # It also fails on a link, wherever that leads.
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
                return path
            continue
        return path
    message = f"{folder} has a file for every name of {name!r}: name another folder"
    raise Failed(Exit.REFUSED, "NAME_TAKEN", message)


async def _content(asking: Asking, sha256: str) -> bytes:
    held = bytearray()
    offset: int | None = 0
    while offset is not None:
        piece = await asking.read("attachment", sha256=sha256, offset=offset)
        held += base64.b64decode(piece["data"])
        offset = piece["next"]
    if hashlib.sha256(held).hexdigest() != sha256:
        message = f"the bytes of {sha256} were changed in .agentchat/attachments: restore them from a backup"
        raise Failed(Exit.REFUSED, "MISMATCH", message)
    return bytes(held)


def _places(folder: Path, name: str) -> Iterator[Path]:
    """Where a file of this name may go, inside `folder` whatever the name is."""
    path = PureWindowsPath(name)
    if wrong_with(name) is not None or (sys.platform == "win32" and (path.is_reserved() or set(name) & set('<>:"|?*'))):
        name = "attachment"
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    end = f"{dot}{suffix}".encode()[:NAME_BYTES_MAX].decode("utf-8", "ignore")
    stem = stem.encode()[: NAME_BYTES_MAX - len(end.encode())].decode("utf-8", "ignore")
    yield folder / f"{stem}{end}"
    for copy in range(2, COPIES_MAX):
        yield folder / f"{stem} ({copy}){end}"
