"""How what `app` promises to raise reaches its callers."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def plainly(*promised: type[BaseException]) -> Iterator[None]:
    """Raise a `promised` error as itself: the task groups in here wrap whatever ends them."""
    try:
        yield
    except BaseExceptionGroup as group:
        alone = _alone(group)
        if isinstance(alone, promised):
            raise alone from group
        raise


def _alone(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
