"""How does one connection speak HTTP, and when has it taken too long? uvicorn's protocol, with deadlines.

uvicorn itself waits for ever for the end of a request's headers, for its body, and for a visitor who takes nothing of
what is sent.
"""

from __future__ import annotations

import asyncio
import enum

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from artframe.interfaces.web.connections import Guest, Standing
from artframe.interfaces.web.limits import Limits

_TEXTS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    431: b"Request Header Fields Too Large",
}


class Phase(enum.Enum):
    """What a connection does now."""

    WAITING = enum.auto()
    HEADERS = enum.auto()
    BODY = enum.auto()
    ANSWER = enum.auto()
    LINGERING = enum.auto()
    """The answer is out, the body is not in: what still comes is thrown away, or a reset would overtake the answer."""
    CLOSED = enum.auto()


_STANDINGS = {Phase.BODY: Standing.SENDING, Phase.ANSWER: Standing.ANSWERED}


class FrameProtocol(H11Protocol):
    """One connection; on the loop."""

    def __init__(
        self, config: Config, state: ServerState, loop: asyncio.AbstractEventLoop, guest: Guest, limits: Limits
    ) -> None:
        super().__init__(config=config, server_state=state, app_state={}, _loop=loop)
        self._guest = guest
        self._limits = limits
        self._phase = Phase.WAITING
        self._served = 0
        self._received = 0
        self._received_before = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._write_deadline: asyncio.TimerHandle | None = None

    # ---- what the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._guest.close = transport.abort
        self._set_deadline(self._limits.header_seconds, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._enter(Phase.CLOSED)
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._guest.leave()

    def data_received(self, data: bytes) -> None:
        if self._phase is Phase.LINGERING:
            return
        self._received += len(data)
        super().data_received(data)
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._write_deadline is None:
            self._write_deadline = self.loop.call_later(self._limits.write_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._end_write_deadline()

    # ---- what uvicorn's half asks for

    def shutdown(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        self._served += 1
        super().on_response_complete()
        self._unset_keepalive_if_required()
        self._look()

    def send_400_response(self, msg: str) -> None:
        too_large = len(self.conn.trailing_data[0]) > self._limits.header_bytes
        self._refuse(431 if too_large else 400)

    def _should_upgrade(self) -> bool:
        return False

    # ---- phases and their deadlines

    def _look(self) -> None:
        """See which phase the connection is in by now."""
        if self.transport.is_closing():
            self._enter(Phase.CLOSED)
        elif self.cycle is not None and not self.cycle.response_complete:
            self._enter(Phase.BODY if self.cycle.more_body else Phase.ANSWER)
        elif self.conn.their_state is h11.SEND_BODY:
            self._enter(Phase.LINGERING)
        else:
            self._enter(Phase.HEADERS if self.conn.trailing_data[0] else Phase.WAITING)

    def _enter(self, phase: Phase) -> None:
        if phase is self._phase:
            return
        self._phase = phase
        self._end_deadline()
        if phase is Phase.WAITING:
            self._guest.idle()
            self._set_deadline(self._limits.keep_alive_seconds, self.transport.close)
        elif phase is Phase.HEADERS:
            self._set_deadline(self._limits.header_seconds, self._give_up)
        elif phase is Phase.BODY:
            self._received_before = self._received
            self._set_deadline(self._limits.body_seconds, self._expect_progress)
        elif phase is Phase.LINGERING:
            self._set_deadline(self._limits.linger_seconds, self.transport.abort)
        elif phase is Phase.CLOSED:
            self._end_write_deadline()
        self._guest.standing = _STANDINGS.get(phase, Standing.IDLE)

    def _give_up(self) -> None:
        """The headers did not come in time. Who sent nothing at all gets nothing."""
        if self._phase is Phase.HEADERS:
            self._refuse(408)
        else:
            self.transport.close()

    def _expect_progress(self) -> None:
        arrived = self._received - self._received_before
        # A body that we do not read at the moment (the disk is slow) is not the visitor's fault.
        if arrived < self._limits.body_step and not self.flow.read_paused:
            self._refuse(408)
            return
        self._received_before = self._received
        self._set_deadline(self._limits.body_seconds, self._expect_progress)

    def _refuse(self, status: int) -> None:
        """Answer by hand where no answer has begun, and close."""
        begun = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not begun and not self.transport.is_closing():
            text = _TEXTS[status]
            head = b"HTTP/1.1 %d %b\r\nContent-Type: text/plain; charset=utf-8\r\n" % (status, text)
            self.transport.write(head + b"Content-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(text), text))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self._enter(Phase.CLOSED)

    def _set_deadline(self, seconds: float, then: object) -> None:
        assert callable(then)
        self._end_deadline()
        self._deadline = self.loop.call_later(seconds, then)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_write_deadline(self) -> None:
        if self._write_deadline is not None:
            self._write_deadline.cancel()
            self._write_deadline = None
