"""`.agentchat/agents.toml`: which agents there are. A wrong line is named with its number."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from chatbox.domain.commands import AgentDeclaration
from chatbox.domain.values import Frozen, Name, WakeRule
from chatbox.operations.wire import Channel

EXAMPLE = """\
# The agents that ChatBox runs. One turn for each message that wakes them, never on a timer.
#
# [[agent]]
# name = "builder"
# engine = "command"                    # any program: messages as JSON on stdin, replies as JSON lines on stdout
# command = ["python3", "builder.py"]
# unattended = true                     # needed: there is no sandbox yet, the program can do all that you can
# subscriptions = { "#general" = "mentions", "#dispatch" = "all" }   # wake rule: all, mentions or none
"""


class BadDeclaration(Exception):  # noqa: N818 - reads as the fact it states
    """The file is wrong; the message names the line and says what to do."""


def _general() -> dict[str, WakeRule]:
    return {"#general": "mentions"}


class Declared(Frozen):
    """One `[[agent]]` table."""

    # Descriptions are rows of `docs/operator-guide.md`.
    name: Name = Field(description="What it is called in the room.")
    engine: Literal["stub", "command"] = Field(description="`command` runs a program; `stub` answers without a model.")
    subscriptions: dict[Channel, WakeRule] = Field(
        default_factory=_general, description="Channels, and what wakes it there: `all`, `mentions` or `none`."
    )
    command: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(), description="The program and its arguments, for the engine `command`."
    )
    unattended: bool = Field(
        default=False, description="Must be true for `command`: without a sandbox it can do all that you can."
    )
    timeout_seconds: Annotated[int, Field(ge=1, le=24 * 3600)] = Field(
        default=600, description="How long one turn may take."
    )
    peer: Name | None = Field(default=None, description="Whom a `stub` talks with.")

    @model_validator(mode="after")
    def _complete(self) -> "Declared":
        if self.engine == "command" and not self.command:
            msg = 'engine "command" needs `command = ["program", "argument"]`'
            raise ValueError(msg)
        if self.engine == "command" and not self.unattended:
            msg = (
                "this program runs without a sandbox and can do all that you can: "
                "say `unattended = true` if you want that"
            )
            raise ValueError(msg)
        return self

    def declaration(self) -> AgentDeclaration:
        """What the journal is told."""
        return AgentDeclaration(
            name=self.name, engine=self.engine, subscriptions=tuple(sorted(self.subscriptions.items()))
        )


def read_declarations(path: Path) -> list[Declared]:
    """The agents of `agents.toml`; a missing file declares none. Raises `BadDeclaration`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise BadDeclaration(msg) from error
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at_end = f"at line {len(text.splitlines())}, its end"
        msg = f"{path}: {str(error).replace('at end of document', at_end)}"
        raise BadDeclaration(msg) from error
    unknown = sorted(set(parsed) - {"agent"})
    if unknown or not isinstance(parsed.get("agent", []), list):
        wrong = unknown[0] if unknown else "agent"
        msg = f"{path}, line {_line_of(text, 0, wrong)}: write each agent as `[[agent]]`, not {wrong!r}"
        raise BadDeclaration(msg)
    found = [_declared(path, text, number, table) for number, table in enumerate(parsed.get("agent", []))]
    _check_names(path, text, found)
    return found


def _declared(path: Path, text: str, number: int, table: dict[str, Any]) -> Declared:
    try:
        return Declared.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = [str(part) for part in first["loc"] if part != "[key]"]
        line = _line_of(text, number, where[0] if where else None)
        what = first["msg"].removeprefix("Value error, ")
        named = f"{'.'.join(where)}: " if where else ""
        msg = f"{path}, line {line}: {named}{what}"
        raise BadDeclaration(msg) from error


def _check_names(path: Path, text: str, found: list[Declared]) -> None:
    seen: set[str] = set()
    for number, declared in enumerate(found):
        if declared.name.lower() in seen:
            line = _line_of(text, number, "name")
            msg = f"{path}, line {line}: the name {declared.name} is used twice: choose another one"
            raise BadDeclaration(msg)
        seen.add(declared.name.lower())


def _line_of(text: str, number: int, key: str | None) -> int:
    """The line of `key` in the `[[agent]]` table of this number (0, 1, …), or of the table itself."""
    lines = text.splitlines()
    headers = [i for i, line in enumerate(lines) if re.match(r"\s*\[\[\s*agent\s*\]\]", line)]
    start = headers[number] if number < len(headers) else 0
    end = headers[number + 1] if number + 1 < len(headers) else len(lines)
    if key is not None:
        for i in range(start, end):
            if re.match(rf"\s*[\[\"']*(agent\.)?{re.escape(key)}\b", lines[i]):
                return i + 1
    return start + 1
