"""An agent without a model, for trying things out: it reads a file that was named and says something true about it.

Two of them hold a discussion that ends by itself: one describes the file and asks its peer, the peer checks, the
first asks a person for approval, and whatever the person decides is the last thing talked about.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from chatbox.domain.shown import ApprovalView, MessageView
from chatbox.ports import TurnSpec

FILE_BYTES_MAX = 1024 * 1024
_ASKS = "can you check that?"
_CHECKED = "I checked"
_FILE = re.compile(r"[\w./-]+\.[A-Za-z0-9]+")
_WORD = re.compile(r"[A-Za-z]{4,}")


class StubEngine:
    """Answers by rule. `peer` is the other stub of the discussion, if there is one."""

    def __init__(self, peer: str | None) -> None:
        """Nothing is kept between turns: everything it knows is in the turn's messages."""
        self._peer = peer

    async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        """See `Engine.run`."""
        if spec.brief.earlier:
            return []
        if spec.brief.decisions:
            return [_react(decision) for decision in spec.brief.decisions]
        message = _addressed_to(spec)
        if message is None or message.body is None:
            return []
        found = _named_file(Path(spec.workspace), f"{message.title or ''} {message.body}")
        if found is None:
            return [
                _in(
                    message,
                    "I have no model: name a file of this workspace, and I say something true about it.",
                )
            ]
        name, text = found
        if _ASKS in message.body:
            asker = f"@{message.author} " if message.author_kind == "agent" else ""
            return [_in(message, f"{asker}{_CHECKED} `{name}`: {_second_look(text)}. So the description holds.")]
        if _CHECKED in message.body:
            return [_question(message, name, text)]
        if message.author_kind == "agent":
            return []
        said = _in(message, f"`{name}` has {_first_look(text)}.")
        if self._peer is None:
            return [said, _question(message, name, text)]
        said["body"] += f" @{self._peer} {_ASKS}"
        return [said]


def _addressed_to(spec: TurnSpec) -> MessageView | None:
    """The newest message that speaks to this agent, else the newest."""
    messages = spec.brief.messages
    mine = [m for m in messages if spec.agent.lower() in (name.lower() for name in m.mentions)]
    found = mine or messages
    return found[-1] if found else None


def _named_file(folder: Path, text: str) -> tuple[str, str] | None:
    """The first file of the workspace that `text` names, with its content. Nothing outside is ever read."""
    root = folder.resolve()
    for name in _FILE.findall(text):
        path = (root / name).resolve()
        if path.is_file() and path.is_relative_to(root) and path.stat().st_size <= FILE_BYTES_MAX:
            return path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")
    return None


def _first_look(text: str) -> str:
    lines = text.splitlines()
    headings = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    about = f", and its first heading is “{headings[0]}”" if headings else ""
    return f"{len(lines)} lines and {len(text.split())} words{about}"


def _second_look(text: str) -> str:
    words = Counter(word.lower() for word in _WORD.findall(text))
    if not words:
        return f"it has {len(text)} characters"
    word, count = min(words.items(), key=lambda item: (-item[1], item[0]))
    times = "once" if count == 1 else f"{count} times"
    return f"“{word}” is its most frequent longer word, {times}"


def _question(message: MessageView, name: str, text: str) -> dict[str, Any]:
    return {
        "kind": "post",
        "channel": message.channel,
        "title": f"Add a summary to {name}?",
        "body": f"`{name}` has {_first_look(text)}. May we add one line at its top that says so?",
        "type": "proposal",
        "tier": 2,
    }


def _react(decision: ApprovalView) -> dict[str, Any]:
    why = f" “{decision.reason}”" if decision.reason else ""
    if decision.status == "approved":
        body = f"{decision.decided_by} approved.{why} A real agent would write the line now; I only say so. Done here."
    else:
        body = f"{decision.decided_by} denied it:{why} The file stays as it is. Done here."
    return {"kind": "reply", "post_id": decision.id, "body": body}


def _in(message: MessageView, body: str) -> dict[str, Any]:
    return {"kind": "chat", "channel": message.channel, "body": body}
