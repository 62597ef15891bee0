"""Which bytes of an SFTP request are too many? What one widespread client sends behind the data of its last write.

The Go library beneath rclone 1.60 (that of Debian 12) sends its whole buffer with a write that fills only a part of it,
and says rightly how much of it counts. OpenSSH never looks at the rest; asyncssh refuses the request.
"""

from __future__ import annotations

_WRITE = 6
_LONGEST = 5 << 20
"""No request is longer, by a wide margin; what says so is no SFTP, and left to be refused."""


class Surplus:
    """Takes in what arrives, and gives it out again as whole requests without what is too much."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._nonsense = False

    def without(self, data: bytes) -> bytes:
        """What can be handed on by now."""
        self._kept += data
        requests = []
        while not self._nonsense and len(self._kept) >= 4:
            end = 4 + int.from_bytes(self._kept[:4], "big")
            self._nonsense = end > _LONGEST
            if self._nonsense or len(self._kept) < end:
                break
            requests.append(_trimmed(bytes(self._kept[:end])))
            del self._kept[:end]
        if self._nonsense:
            requests.append(bytes(self._kept))
            self._kept.clear()
        return b"".join(requests)


def _trimmed(request: bytes) -> bytes:
    """length, type, number; and of a write: the file's handle, the offset, the data with its length before it."""
    if request[4:5] != bytes([_WRITE]):
        return request
    data = 9 + 4 + int.from_bytes(request[9:13], "big") + 8
    end = data + 4 + int.from_bytes(request[data : data + 4], "big")
    if end >= len(request):
        return request
    return (end - 4).to_bytes(4, "big") + request[4:end]
