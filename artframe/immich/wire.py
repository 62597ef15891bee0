"""How does one request reach the server, and one answer come back, safely and not too often?"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from artframe.immich import flow
from artframe.immich.address import api_root, is_upgrade, may_follow, moved_root
from artframe.immich.answers import Refusal, explain, looks_like_page, page_instead, server_time
from artframe.immich.errors import (
    ImmichError,
    NoAnswerInTime,
    NotImmich,
    RateLimited,
    Redirected,
    ServerError,
    StalledBody,
    Unauthorized,
    Unreachable,
)
from artframe.immich.failures import no_answer, unusable_ca_file

log = logging.getLogger(__name__)

PAUSES = (0.5, 2.0)
"""Seconds before the second and third try of what may be repeated: short, the caller has longer patience."""
LONGEST_PAUSE = 30.0
"""A server that asks for a longer pause gets it from the caller, who can do something else meanwhile."""
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {**requests.utils.default_headers(), "Accept": "application/json"}
_SPOOL_IN_MEMORY = 4 * 1024 * 1024
_BUFFER = 256 * 1024

Query = Mapping[str, str]
_T = TypeVar("_T")


class Wire:
    """One server, one set of credentials, at most ``connections`` connections at once; safe for many threads.

    Repeats only what is marked as safe to repeat, and nothing after a time-out. Keeps no cookies (a stale session
    cookie beats a valid API key), uses no proxy, netrc or CA settings of the environment, and gives the credentials to
    no other host.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: str | None,
        connections: int,
        connect_timeout: float,
        read_timeout: float,
        sleep: Callable[[float], None] | None,
    ) -> None:
        self._root = api_root(url)
        if ca_file is not None and (problem := unusable_ca_file(ca_file)):
            raise problem
        self._verify: bool | str = ca_file or True
        self._timeout = (connect_timeout, read_timeout)
        self.read_timeout = read_timeout
        self.connections = connections
        self._closed = threading.Event()
        self.pause = sleep or self._wait
        self._credentials: dict[str, str] = {}
        self.clock_offset: timedelta | None = None
        self._adapter = _Adapter(connections)

    @property
    def root(self) -> str:
        """Where the API is: the address as given, or its https twin that the server sent us to."""
        return self._root

    def authenticate(self, header: str, value: str) -> None:
        """Send this header with every request from now on. Raises Unauthorized for what cannot stand in one."""
        if not (value.isascii() and value.isprintable()):
            # Not found out by requests, whose error quotes all of it.
            raise Unauthorized(
                "the API key holds a character that no key has, such as a line break", "copy the whole key again"
            )
        self._credentials = {header: value}

    def close(self) -> None:
        """End pauses and give the connections back."""
        self._closed.set()
        self._adapter.close()

    def ask(self, method: str, path: str, *, query: Query | None = None, body: Any = None, repeat: bool) -> Any:
        """The JSON answer of one call (None if it has no body). ``repeat``: doing it twice does no harm."""

        def once() -> Any:
            response = self._request(method, path, query=query, json_body=body)
            with response:
                content = flow.whole(response, stall_timeout=self.read_timeout)
                return _json(response, content, f"{method} {path}")

        return self._patiently(once) if repeat else once()

    def spool(self, path: str, *, query: Query | None = None) -> IO[bytes]:
        """The whole JSON answer of a large GET as a temporary file: its reader may take its time with it."""

        def once() -> IO[bytes]:
            with self._request("GET", path, query=query) as response:
                # A reader that stops in the middle must not keep a connection from its own downloads.
                file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_SPOOL_IN_MEMORY)  # noqa: SIM115
                try:
                    for piece in flow.pieces(response, stall_timeout=self.read_timeout):
                        file.write(piece)
                except BaseException:
                    file.close()
                    raise
                file.seek(0)
                return file

        return self._patiently(once)

    def open(
        self, path: str, *, query: Query, headers: Mapping[str, str], accept: tuple[int, ...]
    ) -> requests.Response:
        """A GET whose body is read by the caller, who closes it. ``accept``: refusing statuses to hand over too."""
        return self._patiently(lambda: self._request("GET", path, query=query, headers=headers, accept=accept))

    def send(
        self, path: str, *, body: Any, headers: Mapping[str, str], timeout: tuple[float, float]
    ) -> tuple[int, Any]:
        """POST a body of any length, once; returns the status and the JSON answer."""
        with self._request("POST", path, data=body, headers=headers, timeout=timeout) as response:
            content = flow.whole(response, stall_timeout=timeout[1])
            return response.status_code, _json(response, content, f"POST {path}")

    def _patiently(self, once: Callable[[], _T]) -> _T:
        for pause in (*PAUSES, None):
            try:
                return once()
            except (NoAnswerInTime, StalledBody):
                # All the patience there is went into this one: whoever asked must hear of it, and tries again later.
                raise
            except ImmichError as error:
                asked = error.retry_after if isinstance(error, RateLimited | ServerError) else None
                if pause is None or not error.retryable or (asked or 0.0) > LONGEST_PAUSE or self._closed.is_set():
                    raise
                log.debug("%s; trying again in %.1f s", error, max(pause, asked or 0.0))
                self.pause(max(pause, asked or 0.0))
        raise AssertionError("unreachable")

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json_body: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (),
        timeout: tuple[float, float] | None = None,
    ) -> requests.Response:
        url = self._root + path
        for _ in range(6):
            response = self._exchange(method, url, query, json_body, data, headers, timeout)
            if response.status_code in _REDIRECTS:
                url, query = self._redirected(method, response, f"{method} {path}"), None
                continue
            if response.status_code >= 400 and response.status_code not in accept:
                with response:
                    raise explain(self._refusal(response, f"{method} {path}"))
            return response
        raise NotImmich(f"the server redirects {method} {path} in circles", "check the proxy before Immich")

    def _exchange(
        self,
        method: str,
        url: str,
        query: Query | None,
        json_body: Any,
        data: Any,
        headers: Mapping[str, str] | None,
        timeout: tuple[float, float] | None,
    ) -> requests.Response:
        if self._closed.is_set():
            raise Unreachable("this connection to Immich was closed")
        try:
            request = requests.Request(
                method,
                url,
                params=query,
                json=json_body,
                data=data,
                headers={**_HEADERS, **self._credentials, **(headers or {})},
            )
            # Not through a Session, whose cookies, proxies and redirects nobody wants here: they take a third of the
            # time of a small request, and there may be ten thousand.
            response = self._adapter.send(
                request.prepare(), stream=True, timeout=timeout or self._timeout, verify=self._verify
            )
        except requests.exceptions.RequestException as error:
            raise no_answer(error, url) from error
        if moment := server_time(response.headers.get("Date")):
            self.clock_offset = moment - datetime.now(UTC)
        return response

    def _redirected(self, method: str, response: requests.Response, request: str) -> str:
        source = response.url
        target = urljoin(source, response.headers.get("Location", ""))
        response.close()
        if not may_follow(source, target):
            raise Redirected(
                f"{request} is redirected to {urlsplit(target).netloc}, and the key goes to no other server",
                f"if that is your Immich, write its address in the settings: {urljoin(target, '/')}",
                target=target,
            )
        if is_upgrade(source, target) and urlsplit(source).path == urlsplit(target).path:
            log.warning(
                "the server wants https: using %s from now on (change the address)", moved_root(self._root, target)
            )
            self._root = moved_root(self._root, target)
        if method != "GET":
            raise Redirected(
                f"the server redirects {request}, and only reading follows redirects",
                f"write the address that it points to in the settings: {urljoin(target, '/')}",
                target=target,
            )
        return target

    def _refusal(self, response: requests.Response, request: str) -> Refusal:
        body = flow.whole(response, stall_timeout=self.read_timeout)
        return Refusal(status=response.status_code, headers=response.headers, body=body, request=request)

    def _wait(self, seconds: float) -> None:
        self._closed.wait(seconds)


class _Adapter(HTTPAdapter):
    """At most so many connections at once; large buffers, since photos are large."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_connections=2, pool_maxsize=connections, pool_block=True, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, blocksize=_BUFFER, **options)


def _json(response: requests.Response, content: bytes, request: str) -> Any:
    if not content and response.status_code == 204:
        return None
    try:
        return json.loads(content)
    except ValueError as error:
        if looks_like_page(response.headers.get("Content-Type", ""), content):
            raise page_instead(content, request) from error
        raise NotImmich(
            f"{request} was answered with something that is not JSON", "is this really Immich's address?"
        ) from error
