"""HTTP connections with a deadline: whoever begins a request must send one, not dribble it."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""How long the head of a request may take, from the connection or from its first byte on."""


class PatientProtocol(H11Protocol):
    """Hangs up on a request that is not there in time. uvicorn itself waits for ever."""

    def __init__(self, body_seconds: float | None, *args: Any, **kwargs: Any) -> None:
        """As uvicorn makes it; with `body_seconds`, what follows a head has a deadline as well."""
        super().__init__(*args, **kwargs)
        self._body_seconds = body_seconds
        self._waiting_for: object = None  # h11's word for what the other side still has to send
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Count from here."""
        super().connection_made(transport)
        self._wait_for(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        """Count until the request is whole, and again when the next one begins."""
        super().data_received(data)
        self._wait_for(self.conn.their_state)

    def on_response_complete(self) -> None:
        """From here on uvicorn's own limit for silent connections counts."""
        self._stop_waiting()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for(self, part: object) -> None:
        if part is self._waiting_for:
            return
        self._stop_waiting()
        seconds: float | None = None
        if part is h11.IDLE:
            seconds = HEADER_SECONDS
        elif part is h11.SEND_BODY:
            seconds = self._body_seconds
        if seconds is not None:
            self._waiting_for = part
            self._late = self.loop.call_later(seconds, self._hang_up)

    def _stop_waiting(self) -> None:
        self._waiting_for = None
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _hang_up(self) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.close()
