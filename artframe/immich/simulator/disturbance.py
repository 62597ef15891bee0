"""What do the faults that strike one request do to its answer?"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, BinaryIO

from artframe.immich.simulator.faults import Fault, FaultKind
from artframe.immich.simulator.refusal import Refused
from artframe.immich.simulator.reply import Json, Reply, Text

LOGIN_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1>"
    '<form method="post" action="/login"><input name="user"><input name="password" type="password"></form>'
    "</body></html>"
)
HELD_AT_MOST = 600.0
SLICE = 1 << 16


class Hangup(ConnectionError):
    """A fault wants the connection closed now."""


class Disturbance:
    """The faults that strike one request, in the order in which they were switched on."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self._faults = faults

    def __bool__(self) -> bool:
        return bool(self._faults)

    def _of(self, *kinds: FaultKind) -> list[Fault]:
        return [fault for fault in self._faults if fault.kind in kinds]

    def before_answer(self) -> Reply | None:
        """Hold, hang up, refuse, or give the answer that replaces the real one."""
        for fault in self._faults:
            if fault.kind is FaultKind.HANG and fault.after_bytes is None:
                _hold(fault)
            elif fault.kind is FaultKind.MEANWHILE and fault.before:
                fault.action()
        for fault in self._faults:
            if fault.kind.replaces_answer:
                return self._replacement(fault)
        return None

    def _replacement(self, fault: Fault) -> Reply:
        match fault.kind:
            case FaultKind.STATUS:
                raise Refused(fault.code, fault.message or HTTPStatus(fault.code).phrase)
            case FaultKind.LOGIN_PAGE:
                return Text(body=LOGIN_PAGE, media_type="text/html; charset=utf-8")
            case FaultKind.REDIRECT:
                return Text(body="", status=fault.code, headers={"Location": fault.location})
            case FaultKind.NOT_JSON:
                return Text(body='{"assets": [oops', media_type="application/json; charset=utf-8")
        raise Hangup("this request is not answered")

    def headers(self) -> dict[str, str]:
        """Retry-After of a struck status."""
        times = [fault.retry_after for fault in self._of(FaultKind.STATUS) if fault.retry_after is not None]
        return {"Retry-After": str(times[0])} if times else {}

    def changed(self, reply: Reply) -> Reply:
        """The answer with its lists shortened or its checksums exchanged; then what happens meanwhile."""
        for fault in self._of(FaultKind.HALF_LISTING, FaultKind.WRONG_CHECKSUM):
            if isinstance(reply, Json):
                change = _shortened(fault.keep) if fault.kind is FaultKind.HALF_LISTING else _with_wrong_checksums
                body = change(json.loads(json.dumps(reply.body)))
                reply = Json(body=body, status=reply.status, headers=reply.headers, cookies=reply.cookies)
        for fault in self._of(FaultKind.MEANWHILE):
            if not fault.before:
                fault.action()
        return reply

    @property
    def touches_body(self) -> bool:
        """Whether the bytes of the body must pass through ``bytes_of``."""
        return any(
            fault.kind in (FaultKind.CUT, FaultKind.SLOW, FaultKind.CORRUPT)
            or (fault.kind is FaultKind.HANG and fault.after_bytes is not None)
            for fault in self._faults
        )

    def bytes_of(self, stream: BinaryIO, length: int) -> Iterator[bytes]:
        """The body's bytes as the faults let them through; Hangup ends the connection."""
        sent = 0
        stops = sorted(self._of(FaultKind.CUT, FaultKind.HANG), key=lambda fault: fault.after_bytes or 0)
        rates = [fault.rate for fault in self._of(FaultKind.SLOW)]
        corrupt = bool(self._of(FaultKind.CORRUPT))
        while True:
            while stops and sent >= min(stops[0].after_bytes or 0, length):
                self._stop_at(stops.pop(0))
            if sent >= length:
                return
            size = min(SLICE, length - sent)
            if stops:
                size = min(size, (stops[0].after_bytes or 0) - sent)
            if rates:
                size = min(size, max(1, int(rates[0] / 20)))
            block = stream.read(size)
            if not block:
                return
            sent += len(block)
            yield bytes(255 - byte for byte in block) if corrupt else block
            if rates:
                time.sleep(len(block) / rates[0])

    def _stop_at(self, fault: Fault) -> None:
        if fault.kind is FaultKind.CUT:
            raise Hangup("the body is cut here")
        _hold(fault)


def _hold(fault: Fault) -> None:
    fault.released.wait(HELD_AT_MOST)
    if fault.hangs_up:
        raise Hangup("the server stops")


def _shortened(keep: float) -> Callable[[Any], Any]:
    def shorten(body: Any) -> Any:
        if isinstance(body, list):
            return body[: int(len(body) * keep)]
        if isinstance(body, dict):
            columns = {name: value for name, value in body.items() if isinstance(value, list)}
            if "id" in columns:  # a timeline bucket: columns of equal length
                return {**body, **{name: shorten(value) for name, value in columns.items()}}
            if "items" in columns:
                items = shorten(columns["items"])
                return {**body, "items": items, "count": len(items), "total": len(items)}
            return {
                name: shorten(value) if isinstance(value, dict) or name in ("assets", "people", "results") else value
                for name, value in body.items()
            }
        return body

    return shorten


def _with_wrong_checksums(body: Any) -> Any:
    if isinstance(body, list):
        return [_with_wrong_checksums(item) for item in body]
    if isinstance(body, dict):
        body = {name: _with_wrong_checksums(value) for name, value in body.items()}
        if isinstance(body.get("checksum"), str):
            # only to be different, not to be safe
            other = hashlib.sha1(b"wrong:" + body["checksum"].encode(), usedforsecurity=False).digest()
            body["checksum"] = base64.b64encode(other).decode()
    return body
