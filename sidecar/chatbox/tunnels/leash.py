"""Run as a program: starts another one, and ends it when its own stdin ends.

A pipe ends with the process that held it, whatever killed that, on every system: nothing is left behind. Only the
standard library, and nothing else of ours: it must start in a moment.
"""

import contextlib
import os
import subprocess
import sys
import threading

ENDING_SECONDS = 3.0
"""Less than whoever holds the pipe waits for this program."""

NOT_STARTED = 127


def main() -> None:
    """Run the command line that follows; exit as it does."""
    command = sys.argv[1:]
    try:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - what it is for
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started ({error.strerror})\n")
        sys.exit(NOT_STARTED)
    threading.Thread(target=_end_with_stdin, args=(program,), daemon=True).start()
    status = program.wait()
    # Not `sys.exit`: that would wait for the thread's hold on stdin.
    os._exit(status if status >= 0 else 128 - status)


def _end_with_stdin(program: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    program.terminate()
    try:
        program.wait(ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()


if __name__ == "__main__":
    main()
