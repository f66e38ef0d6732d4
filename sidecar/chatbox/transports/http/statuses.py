"""Which status a refusal has over HTTP."""

STATUS: dict[str, int] = {
    "AUTH_ERROR": 401,
    "SESSION_EXPIRED": 401,
    "HUMAN_REQUIRED": 403,
    "IDENTITY_MISMATCH": 403,
    "NOT_PERMITTED": 403,
    "NOT_AUTHOR": 403,
    "NOT_FOUND": 404,
    "VALIDATION_ERROR": 400,
    "PAYLOAD_TOO_LARGE": 413,
    "LIMIT_REACHED": 429,
    "UNAVAILABLE": 503,
    "UNKNOWN_OUTCOME": 503,
}
"""Every other refusal is a conflict with how things are: 409."""
