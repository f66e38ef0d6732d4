"""Windows: a job holds a process and all that it starts.

Windows ends all of them with the job's last handle, which also goes when this process crashes: a list of children, as
elsewhere, would miss those whose parent is gone. pywin32 and not ctypes: it is there anyway (mcp needs it), and it
knows the structures. Where there are no jobs, sessions and notes do the same (`processes.py`).
"""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psutil


def new_group() -> dict[str, Any]:
    """How a process is started so that Ctrl-C is for us alone, not for it; it runs once `in_a_job` holds it."""
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        create_suspended = 0x4
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | create_suspended}
    return options


@contextlib.contextmanager
def in_a_job(pid: int) -> Iterator[Callable[[], None]]:
    """Hold process `pid` and all that it starts from now on, end them when this ends, and let it run.

    What is yielded ends them at once.
    """
    if sys.platform == "win32":
        import pywintypes  # noqa: PLC0415 - Windows only
        import win32api  # noqa: PLC0415
        import win32con  # noqa: PLC0415
        import win32job  # noqa: PLC0415

        job: Any = win32job.CreateJobObject(None, "")  # type: ignore[func-returns-value]  # the stub is wrong
        limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
        limits["BasicLimitInformation"]["LimitFlags"] |= win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
        win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)
        with contextlib.suppress(pywintypes.error):
            wanted = win32con.PROCESS_SET_QUOTA | win32con.PROCESS_TERMINATE
            process = win32api.OpenProcess(wanted, False, pid)  # noqa: FBT003 - Windows' signature
            win32job.AssignProcessToJobObject(job, process)
        with contextlib.suppress(psutil.NoSuchProcess):
            # It was started suspended, so that nothing it starts can escape.
            psutil.Process(pid).resume()

        def end() -> None:
            win32job.TerminateJobObject(job, 1)

        try:
            yield end
        finally:
            end()
    else:
        yield lambda: None
