"""Programs that others wrote to try MCP servers, as `npm test` installs them."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support.processes import output_of

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ROOT / ".cache" / "mcp"
CONFORMANCE = PROGRAMS / "node_modules/@modelcontextprotocol/conformance/dist/index.js"
INSPECTOR = PROGRAMS / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"

_NODE_NEEDED = 22
_BOUND_SECONDS = 100


@cache
def new_node() -> str | None:
    """A Node that is new enough for them: the one beside the VS Code of the tests, or the one on the PATH."""
    for node in (str(ROOT / ".cache/vscode/node24/bin/node"), shutil.which("node")):
        if node is not None and Path(node).exists():
            version = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
            found = re.match(r"v(\d+)\.", version)
            if found and int(found[1]) > _NODE_NEEDED:
                return node
    return None


async def run(program: Path, *arguments: str) -> tuple[int, str]:
    """The exit code of a program and what it printed, on both channels."""
    node = new_node()
    assert node is not None, "this needs Node 24: `npm test -- code-server` puts one into .cache/vscode"
    return await output_of(node, program, *arguments, within=_BOUND_SECONDS)
