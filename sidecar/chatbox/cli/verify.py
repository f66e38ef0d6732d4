"""`chatbox verify`: whether the journal is what was recorded."""

from pathlib import Path

import click

from chatbox.app.verifying import Truncated, Unverifiable, verify
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, say
from chatbox.cli.progress import Shown
from chatbox.domain.chain import Mismatch


@click.command("verify")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """Check the whole journal; nothing needs to run.

    Exit codes: 0 every entry is what was recorded; 1 one is not, and which; 2 entries are missing at the end;
    3 the file is missing or cannot be read.
    """
    files = files_of(workspace)
    with Shown("checking the journal") as progress:
        try:
            found = verify(files.journal, files.views, progress)
        except Mismatch as mismatch:
            message = f"{mismatch}: restore {files.journal} from a backup"
            raise Failed(Exit.REFUSED, "MISMATCH", message) from mismatch
        except Truncated as truncated:
            raise Failed(Exit.TRUNCATED, "TRUNCATED", str(truncated)) from truncated
        except Unverifiable as unverifiable:
            raise Failed(Exit.UNREADABLE, "UNREADABLE", str(unverifiable)) from unverifiable
    if not found.compared:
        note(f"{files.views} is not there or not readable, so a missing end would not show.")
    if as_json:
        print_json(
            {"id": found.journal, "entries": found.entries, "head": found.head.hex(), "compared": found.compared}
        )
    else:
        say(f"verified {found.entries} entries, head {found.head.hex()}")
