"""`service.toml`: which workspaces a service owns."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator, model_validator

from chatbox.client.endpoint import PORT_MAX
from chatbox.domain.values import Frozen, Name


class BadConfiguration(Exception):  # noqa: N818 - reads as the fact it states
    """The file is missing or wrong, or cannot be written; the message says what to do."""


class Served(Frozen):
    """One `[[workspace]]` table."""

    path: Path
    port: Annotated[int, Field(ge=1, le=PORT_MAX)]

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        if not path.is_absolute():
            msg = f"{path} must be an absolute path"
            raise ValueError(msg)
        return path


class General(Frozen):
    """The `[service]` table."""

    agents: bool = False
    person: Name | None = None
    account: str | None = None
    """Whose process it is, when `install --account` said so."""


class Configuration(Frozen):
    """The whole file."""

    service: General = General()
    workspace: tuple[Served, ...] = ()

    @model_validator(mode="after")
    def _different(self) -> "Configuration":
        seen: set[str] = set()
        for one in self.workspace:
            for held in (f"the port {one.port}", f"the workspace {os.path.normcase(one.path)}"):
                if held in seen:
                    msg = f"{held} is there twice"
                    raise ValueError(msg)
                seen.add(held)
        return self


def read(path: Path) -> Configuration:
    """The configuration in a file. Raises `BadConfiguration`."""
    try:
        return parsed(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError as missing:
        msg = f"{path} is missing: make it with `chatbox service configure --workspace DIR`"
        raise BadConfiguration(msg) from missing
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise BadConfiguration(msg) from error


def parsed(text: str, path: Path) -> Configuration:
    """The configuration in `text`. Raises `BadConfiguration`; `path` is what it names."""
    try:
        # Windows' Notepad begins a file with a mark.
        return Configuration.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as error:
        msg = f"{path}: {error}"
        raise BadConfiguration(msg) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
        msg = f"{path}: {where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}"
        raise BadConfiguration(msg) from error
