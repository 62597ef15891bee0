"""Is this a public key of SSH, and which one? Told from its bytes (RFC 4253, 5656, 8709), without cryptography."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

_LEAST_RSA_BITS = 2048
_LONGEST = 16 * 1024
_CURVES = {"nistp256": 65, "nistp384": 97, "nistp521": 133}
"""Bytes of an uncompressed point on each curve."""

KEY_TYPES = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    *(f"ecdsa-sha2-{curve}" for curve in _CURVES),
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)


class NoPublicKey(Exception):
    """Why this is no key that can be used; the text fits into a sentence about a line of a file."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A public key: its ``type`` as SSH names it, and its bytes in SSH's form."""

    type: str
    blob: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """As every tool shows it: ``SHA256:...``."""
        return fingerprint(self.blob)


def fingerprint(blob: bytes) -> str:
    """The SHA-256 fingerprint of a public key's bytes."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def read_public_key(type: str, text: str) -> PublicKey:
    """The key that the two words of a key file mean. Raises NoPublicKey."""
    if type not in KEY_TYPES:
        raise NoPublicKey(f"keys of the type {type[:40]!r} cannot be used")
    try:
        blob = base64.b64decode(text[:_LONGEST], validate=True)
    except (binascii.Error, ValueError):
        raise NoPublicKey("the key is damaged: it is no base64; was it broken over two lines?") from None
    parts = _strings(blob)
    if not parts or parts[0] != type.encode():
        raise NoPublicKey("the key is damaged, or of another type than the line says")
    _check(type, parts[1:])
    return PublicKey(type=type, blob=blob)


def _check(type: str, parts: list[bytes]) -> None:
    if type.startswith("sk-"):
        # The last part names the application that the security key serves.
        parts = parts[:-1] if len(parts) > 1 else []
    sizes = [len(part) for part in parts]
    if "ed25519" in type:
        right = sizes == [32]
    elif "ecdsa" in type:
        curve = type.removeprefix("sk-").removesuffix("@openssh.com").rpartition("-")[2]
        right = sizes == [len(curve), _CURVES[curve]] and parts[0] == curve.encode() and parts[1][0] == 4
    else:
        right = len(parts) == 2
        if right and int.from_bytes(parts[1], "big").bit_length() < _LEAST_RSA_BITS:
            raise NoPublicKey(f"this RSA key is too short: {_LEAST_RSA_BITS} bits are the least; make a new one")
    if not right:
        raise NoPublicKey("the key is damaged: its parts have the wrong length")


def _strings(blob: bytes) -> list[bytes]:
    """The parts of the key, each with its length before it; nothing if they do not fill it exactly."""
    parts = []
    position = 0
    while position < len(blob):
        size = int.from_bytes(blob[position : position + 4], "big")
        part = blob[position + 4 : position + 4 + size]
        if position + 4 > len(blob) or len(part) != size:
            return []
        parts.append(part)
        position += 4 + size
    return parts
