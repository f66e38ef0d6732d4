"""A refusal is a value with a stable code; a bug is a traceback."""

from typing import Literal

from chatbox.domain.values import Frozen

Code = Literal[
    "AUTH_ERROR",
    "VALIDATION_ERROR",
    "NOT_FOUND",
    "NAME_TAKEN",
    "IDENTITY_MISMATCH",
    "SESSION_EXPIRED",
    "PAYLOAD_TOO_LARGE",
    "NOT_AUTHOR",
    "HUMAN_REQUIRED",
    "STALE_EPOCH",
    "BUDGET_SPENT",
    "DIGEST_MISMATCH",
    "ALREADY_DECIDED",
    "EXPIRED",
    "WRONG_STATE",
    "KEY_REUSED",
    "NOT_PERMITTED",
    "LIMIT_REACHED",
    "UNKNOWN_OUTCOME",
    "UNAVAILABLE",
]


class Refusal(Frozen):
    """Why a command led to nothing; `message` tells the caller what to do about it."""

    code: Code
    message: str
