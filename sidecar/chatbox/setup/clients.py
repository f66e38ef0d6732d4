"""The programs that can be told, and where each keeps its MCP servers. To add one: a line in `CLIENTS`.

Where a program looks was taken from its vendor's documentation in November 2026.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Scope = Literal["project", "user"]
Form = Literal["json", "toml"]


@dataclass(frozen=True, slots=True)
class Launch:
    """How `chatbox mcp` is started: a program and its arguments, never a shell's line."""

    program: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """One program. `within` is the table of its servers, `files` are where that table can be, the usual one first."""

    name: str
    title: str
    program: str | None
    form: Form
    within: str
    files: Callable[[Scope, Path], list[Path]]
    entry: Callable[[Launch], dict[str, Any]]
    scopes: tuple[Scope, ...] = ("project", "user")
    remark: str = ""


def _plain(launch: Launch) -> dict[str, Any]:
    found: dict[str, Any] = {"command": launch.program, "args": list(launch.arguments)}
    return found | ({"env": dict(launch.environment)} if launch.environment else {})


def _typed(launch: Launch) -> dict[str, Any]:
    return {"type": "stdio", **_plain(launch)}


def _eager(launch: Launch) -> dict[str, Any]:
    # Else Claude Code finds the tools only when it searches for them.
    return {**_typed(launch), "alwaysLoad": True}


def _local(launch: Launch) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "local", "command": [launch.program, *launch.arguments], "enabled": True}
    return found | ({"environment": dict(launch.environment)} if launch.environment else {})


def _in(project: str, variable: str, usual: str, name: str) -> Callable[[Scope, Path], list[Path]]:
    """`project` in the workspace; for the user `name` in the folder that `variable` names, else in `~/usual`."""

    def files(scope: Scope, root: Path) -> list[Path]:
        if scope == "project":
            return [root / project]
        named = os.environ.get(variable) if variable else None
        return [(Path(named) if named else Path.home() / usual) / name]

    return files


def _opencode(scope: Scope, root: Path) -> list[Path]:
    folder = root
    if scope == "user":
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "opencode"
    return [folder / "opencode.json", folder / "opencode.jsonc"]


CLIENTS = {
    client.name: client
    for client in (
        Client(
            "claude",
            "Claude Code",
            "claude",
            "json",
            "mcpServers",
            _in(".mcp.json", "CLAUDE_CONFIG_DIR", ".", ".claude.json"),
            _eager,
            remark="Claude Code asks once whether it may use the servers of a project.",
        ),
        Client(
            "codex",
            "Codex",
            "codex",
            "toml",
            "mcp_servers",
            _in(".codex/config.toml", "CODEX_HOME", ".codex", "config.toml"),
            _plain,
            remark="Codex reads a project's file only in a project that you trust.",
        ),
        Client(
            "gemini",
            "Gemini CLI",
            "gemini",
            "json",
            "mcpServers",
            _in(".gemini/settings.json", "", ".gemini", "settings.json"),
            _plain,
        ),
        Client(
            "kimi",
            "Kimi Code",
            "kimi",
            "json",
            "mcpServers",
            _in(".kimi-code/mcp.json", "KIMI_CODE_HOME", ".kimi-code", "mcp.json"),
            _plain,
            remark="Kimi Code reads a project's file only in a folder that you trust.",
        ),
        Client("opencode", "opencode", "opencode", "json", "mcp", _opencode, _local),
        Client(
            "vscode",
            "VS Code",
            "code",
            "json",
            "servers",
            _in(".vscode/mcp.json", "", ".", ""),
            _typed,
            scopes=("project",),
            remark="The ChatBox extension needs no entry; this one is for Copilot without the extension.",
        ),
        Client(
            "cursor",
            "Cursor",
            "cursor",
            "json",
            "mcpServers",
            _in(".cursor/mcp.json", "", ".cursor", "mcp.json"),
            _plain,
        ),
    )
}
