"""`chatbox lsp`: the editor's sidecar. Prints nothing but the protocol."""

import asyncio
from pathlib import Path

import click

from chatbox.app.editor import serve_editor
from chatbox.cli.options import files_of, with_workspace


@click.command("lsp")
@click.option("--supervise/--no-supervise", default=True, help="Whether to run agents when this process owns the room.")
@click.option("--stdio", is_flag=True, hidden=True, expose_value=False, help="Editors add it; there is nothing else.")
@with_workspace
def command(supervise: bool, workspace: Path | None) -> None:
    """Be a language server on stdio, for an editor."""
    asyncio.run(serve_editor(files_of(workspace), supervise=supervise))
