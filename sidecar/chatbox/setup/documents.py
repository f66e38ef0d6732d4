"""A configuration file with one table changed and everything else as it was.

TOML keeps its comments and its order. JSON keeps its order and indentation; what is no plain JSON (comments, trailing
commas) is never written, because its comments would be lost: `NotPlain` says so.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from chatbox.setup.clients import Form

INDENT = "  "


class NotPlain(Exception):  # noqa: N818 - a finding
    """The file holds comments, or nothing that could be read; a person has to change it."""


class NoServers(Exception):  # noqa: N818 - a finding
    """The place of the servers is taken by something else."""


def servers_in(form: Form, text: str, within: str) -> Mapping[str, Any]:
    """The servers of a file. Raises `NotPlain` or `NoServers`."""
    return _servers(_parsed(form, text), within)


def changed(form: Form, text: str, within: str, put: Mapping[str, Any], drop: set[str]) -> str:
    """`text` with the servers `put` in it and those named `drop` gone. Raises `NotPlain` or `NoServers`."""
    servers = _servers(_parsed(form, text), within)
    if all(servers.get(name) == entry for name, entry in put.items()) and not drop & (servers.keys() - put.keys()):
        return text
    fresh = {name: entry for name, entry in servers.items() if name not in drop or name in put} | dict(put)
    try:
        after = _changed_toml(text, within, put, drop) if form == "toml" else _changed_json(text, within, fresh)
    except (TOMLKitError, TypeError, ValueError) as error:
        raise NotPlain(f"`{within}` is written in a way that cannot be changed here ({error})") from error
    expected = {name: value for name, value in _parsed(form, text).items() if name != within}
    found = _parsed(form, after)
    # Whatever way of writing a table we did not think of: no change that is not the one that was meant.
    if found.pop(within, {}) != fresh or found != expected:
        raise NotPlain(f"`{within}` is written in a way that cannot be changed here")
    return after


def _changed_json(text: str, within: str, fresh: Mapping[str, Any]) -> str:
    whole = _json(text)
    written = json.dumps(whole | {within: dict(fresh)}, indent=_indent(text), ensure_ascii=False)
    written += "" if text and not text.endswith("\n") else "\n"
    return written.replace("\n", "\r\n") if "\r\n" in text else written


def lines_to_add(form: Form, within: str, put: Mapping[str, Any]) -> str:
    """The same for a person to write into a file."""
    if form == "toml":
        return _changed_toml("", within, put, set())
    return json.dumps({within: dict(put)}, indent=INDENT, ensure_ascii=False) + "\n"


def _changed_toml(text: str, within: str, put: Mapping[str, Any], drop: set[str]) -> str:
    document = _toml(text)
    if within not in document:
        document[within] = tomlkit.table(is_super_table=True)
    servers = document[within]
    assert isinstance(servers, Mapping), "it was looked at before"
    for name in drop - put.keys():
        servers.pop(name, None)  # type: ignore[attr-defined]
    for name, entry in put.items():
        if servers.get(name) != entry:
            servers[name] = _table(entry)  # type: ignore[index]
    if not servers:
        del document[within]
    return document.as_string()


def _parsed(form: Form, text: str) -> dict[str, Any]:
    return dict(_toml(text).unwrap()) if form == "toml" else _json(text)


def _table(entry: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in entry.items():
        table[name] = value
    return table


def _toml(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise NotPlain(f"it is not TOML ({error})") from error


def _json(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        whole = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except ValueError as error:
        raise NotPlain(f"it is not plain JSON ({error}): comments would be lost") from error
    if not isinstance(whole, dict):
        raise NotPlain("it is no JSON object")
    return whole


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a name stands in it twice"
        raise ValueError(msg)
    return found


def _servers(whole: Mapping[str, Any], within: str) -> dict[str, Any]:
    servers = whole.get(within, {})
    if not isinstance(servers, Mapping):
        raise NoServers(f"`{within}` in it is no table of servers")
    return dict(servers)


def _indent(text: str) -> str:
    found = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return found[1] if found else INDENT
