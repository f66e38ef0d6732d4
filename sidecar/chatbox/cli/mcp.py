"""`chatbox mcp`: the tools of the room for an agent that knows MCP. Prints nothing but the protocol."""

import asyncio
import os
from functools import partial
from pathlib import Path

import click

from chatbox.cli.asking import health, nothing_runs
from chatbox.cli.exits import Exit, Failed, refused
from chatbox.cli.options import files_of, with_workspace
from chatbox.client.endpoint import Files, Unreadable, admission_token
from chatbox.transports.mcp.line import NotAdmitted
from chatbox.transports.mcp.stdio import shim


@click.command("mcp")
@click.option("--name", envvar="AGENTCHAT_AGENT_NAME", help="What the agent is called here. Left out: it says `hello`.")
@with_workspace
def command(name: str | None, workspace: Path | None) -> None:
    """Be an MCP server on stdio, for an agent.

    In the agent's settings the command is `chatbox` with the arguments `mcp --name NAME`.
    """
    files = files_of(workspace)
    found = health(files)
    if found is None:
        raise nothing_runs(files)
    session = os.environ.get("AGENTCHAT_TOKEN")
    try:
        # A turn's token says who it is for; the admission token admits whoever it introduces.
        if session:
            asyncio.run(shim(found[0].url, session, None))
        else:
            asyncio.run(shim(found[0].url, _admission(files), name, partial(_admission_now, files)))
    except NotAdmitted as refusal:
        raise refused(refusal.code, refusal.message) from refusal


def _admission_now(files: Files) -> str | None:
    try:
        return admission_token(files)
    except Unreadable:
        return None


def _admission(files: Files) -> str:
    try:
        token = admission_token(files)
    except Unreadable as unreadable:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", str(unreadable)) from unreadable
    if token is None:
        message = f"the agents' token is not in {files.token}: end ChatBox and start it again, it makes a new one"
        raise Failed(Exit.NOT_PERMITTED, "AUTH_ERROR", message)
    return token
