"""`chatbox trace`: what led to a message."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from chatbox.cli.asking import Asking, ask
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import one_line, print_json, say, styled, when

SHOWN_CHARACTERS_MAX = 100
LIMIT = 500


@click.command("trace")
@click.argument("number", metavar="ID", type=click.IntRange(min=1))
@with_json
def command(number: int, workspace: Path | None, as_json: bool) -> None:
    """Show what led to a message.

    From the root to the message: the turns that wrote it, what each of them had read, the approvals, and how much of
    the root's budget is used.
    """
    found = ask(files_of(workspace), lambda asking: _whole(asking, number))
    if as_json:
        print_json({"id": number, **found})
        return
    for line in _lines(found):
        say(line)


async def _whole(asking: Asking, number: int) -> dict[str, Any]:
    """All of it, however many answers it comes in: the path from the message back, the approvals oldest first."""
    ways = ("path", "approvals")
    first = await asking.read("trace", message_id=number, limit=LIMIT)
    parts = [first]
    for way in ways:

        def onward(part: dict[str, Any], way: str = way) -> dict[str, Any] | None:
            following = part[f"{way}_next"]
            return None if following is None else {f"{way}_from": following}

        more = onward(first)
        if more is not None:
            parts += await asking.parts("trace", onward, message_id=number, limit=LIMIT, **more)
    whole = {key: value for key, value in first.items() if not key.endswith("_next")}
    for name, inner in (("path", reversed(parts)), ("turns", reversed(parts)), ("approvals", parts)):
        whole[name] = [one for part in inner for one in part[name]]
    return whole


def _lines(found: dict[str, Any]) -> Iterator[str]:
    turns = {(turn["agent"], turn["epoch"]): turn for turn in found["turns"]}
    if found["root"] is None:
        yield styled("nobody's message led to it: it belongs to the root of all that comes from outside", "quiet")
    for depth, message in enumerate(found["path"]):
        yield from _message(message, depth, turns.get((message["author"], message["epoch"])))
    for approval in found["approvals"]:
        yield _approval(approval)
    yield f"budget: {found['root_turns']} of {found['root_turns_max']} turns used"


def _message(message: dict[str, Any], depth: int, turn: dict[str, Any] | None) -> Iterator[str]:
    stem = "   " * (depth - 1) + "└─ " if depth else ""
    under = "   " * depth + "   "
    place = f"{message['channel']}/{message['position']}"
    about = styled(f"{place}  {when(message['at'])}", "quiet")
    yield f"{stem}{styled(str(message['id']), 'head')}  {about}  {styled(one_line(message['author']), 'head')}"
    text = one_line(f"{message['title']}: {message['body']}" if message["title"] else message["body"] or "(redacted)")
    yield f"{under}{text if len(text) <= SHOWN_CHARACTERS_MAX else text[: SHOWN_CHARACTERS_MAX - 1] + '…'}"
    if turn is not None:
        yield f"{under}{styled(_turn(turn), 'quiet')}"


def _turn(turn: dict[str, Any]) -> str:
    read = ", ".join(f"{channel} up to {seq}" for channel, seq in sorted(turn["through"].items())) or "nothing"
    woken = ", ".join(str(number) for number in turn["woken_by"]) or "a person"
    return (
        f"turn {turn['id']} of {one_line(turn['agent'])}, attempt {turn['attempt']}, {turn['outcome']}; "
        f"woken by {woken}; had read {read}"
    )


def _approval(approval: dict[str, Any]) -> str:
    what = one_line(approval["title"] or approval["body"] or "(redacted)")
    if approval["status"] == "open":
        return f"approval {approval['id']}: {what}: open (tier {approval['tier']})"
    why = f", “{one_line(approval['reason'])}”" if approval["reason"] else ""
    decided = styled(approval["status"], "good" if approval["status"] == "approved" else "bad")
    return f"approval {approval['id']}: {what}: {decided} by {one_line(approval['decided_by'])}{why}"
