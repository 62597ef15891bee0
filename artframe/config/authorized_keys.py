"""Whose keys open the frame over SSH? The file ``config/authorized_keys``, in the form that OpenSSH gave it.

One key is one line: ``[options] type base64 [comment]``. A line that cannot be used is passed over and told, so that a
slip of the pen locks out nobody else. What a line restricts is either held or the line is refused: an option that is
not understood must not give away more than it says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from artframe.config.document import read_bytes
from artframe.config.problem import (
    ConfigProblem,
    ConfigRefused,
    ConflictError,
    SaveFailed,
    Severity,
    UnknownFile,
    printable,
)
from artframe.config.public_key import KEY_TYPES, NoPublicKey, PublicKey, read_public_key
from artframe.config.saving import save
from artframe.errors import ConfigError

NAME = "authorized_keys"

HELD = frozenset(
    {
        "agent-forwarding", "command", "environment", "expiry-time", "from", "no-agent-forwarding",
        "no-port-forwarding", "no-pty", "no-touch-required", "no-user-rc", "no-x11-forwarding", "permitlisten",
        "permitopen", "port-forwarding", "pty", "restrict", "tunnel", "user-rc", "x11-forwarding",
    }
)  # fmt: skip
"""The options that the SSH server goes by, and those about what it offers to nobody."""

_CHANGING = threading.Lock()
"""Held from reading to saving: who adds a key meanwhile must not bring one back that is being taken away."""
_WITH_VALUE = frozenset({"command", "expiry-time", "from"})
_REPEATED = frozenset({"environment", "permitlisten", "permitopen"})
_FORM = "[options] type key [comment], as in the file id_ed25519.pub that ssh-keygen makes"
_OPTION = re.compile(r'([A-Za-z0-9-]+)(?:="((?:\\"|[^"])*)")?(,|$|(?=\s))')
_EXPIRY = re.compile(r"(\d{8})(\d{4}|\d{6})?(Z?)")


@dataclass(frozen=True, kw_only=True)
class AuthorizedKey:
    """One usable line. ``line`` counts from 1, ``text`` is the line as it stands there, ``expires`` is aware."""

    line: int
    text: str
    key: PublicKey
    comment: str
    options: dict[str, str] = field(default_factory=dict)
    expires: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return self.key.fingerprint


@dataclass(frozen=True, kw_only=True)
class KeyReading:
    """What the file says: its text (None: it is not there), the keys that can be used, and what is wrong."""

    text: str | None
    keys: tuple[AuthorizedKey, ...] = ()
    problems: tuple[ConfigProblem, ...] = ()

    def valid(self, now: datetime) -> tuple[AuthorizedKey, ...]:
        """The keys that open the frame at this moment."""
        return tuple(one for one in self.keys if one.expires is None or now < one.expires)


class AuthorizedKeys:
    """The file of one ARTFRAME_HOME; nothing of it is kept in memory. Everything here waits for the disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def read(self) -> KeyReading:
        """What the file says now; whatever is wrong comes back as problems."""
        try:
            text = self._text()
        except ConfigError as error:
            return KeyReading(text=None, problems=(_problem(error.message),))
        reading = parse(text) if text is not None else KeyReading(text=None)
        loose = self._loose()
        return KeyReading(text=text, keys=reading.keys, problems=(*reading.problems, *loose))

    def add(self, line: str) -> AuthorizedKey:
        """Add a line. Raises ConfigRefused if it holds no key, or one that is there already; ConfigError."""
        with _CHANGING:
            return self._add(line)

    def _add(self, line: str) -> AuthorizedKey:
        before = self._text() or ""
        found = parse(" ".join(line.split()))
        if found.problems or len(found.keys) != 1:
            raise ConfigRefused(NAME, found.problems or [_problem("there is no key in this", allowed=_FORM)])
        new = found.keys[0]
        known = next((one for one in parse(before).keys if one.fingerprint == new.fingerprint), None)
        if known is not None:
            raise ConfigRefused(NAME, [_problem("this key is there already", line=known.line)])
        gap = "" if not before or before.endswith("\n") else "\n"
        self._save(f"{before}{gap}{new.text}\n")
        return new

    def remove(self, fingerprint: str) -> tuple[AuthorizedKey, ...]:
        """Delete every line with this key; comments and all other lines stay. Raises UnknownFile if there is none."""
        with _CHANGING:
            return self._remove(fingerprint)

    def _remove(self, fingerprint: str) -> tuple[AuthorizedKey, ...]:
        before = self._text() or ""
        wanted = fingerprint if ":" in fingerprint else f"SHA256:{fingerprint}"
        gone = tuple(one for one in parse(before).keys if one.fingerprint == wanted)
        if not gone:
            raise UnknownFile(
                f"{NAME} holds no key {printable(fingerprint)}", "'artframe ssh-key list' shows which there are"
            )
        numbers = {one.line for one in gone}
        lines = before.splitlines(keepends=True)
        self._save("".join(line for number, line in enumerate(lines, 1) if number not in numbers))
        return gone

    def write(self, text: str, *, basis: str | None = None) -> KeyReading:
        """Replace the whole file. ``basis``: the text from which the new one was made must still be the file's.

        Raises ConfigRefused with every line that cannot be used, and for a file without a key, which would lock out
        everybody who comes over SSH; ConflictError, SaveFailed.
        """
        with _CHANGING:
            return self._write(text, basis)

    def _write(self, text: str, basis: str | None) -> KeyReading:
        now = self._text()
        if basis is not None and now != basis:
            raise ConflictError(NAME, ours=text, theirs=now or "")
        new = parse(text)
        if new.problems:
            raise ConfigRefused(NAME, new.problems)
        if not new.keys:
            what = "without a key nobody could come in over SSH any more"
            raise ConfigRefused(
                NAME, [_problem(what, allowed="at least one key; to end SSH, set ssh.enabled to false")]
            )
        self._save(text)
        return new

    def _text(self) -> str | None:
        try:
            raw = read_bytes(self.path)
        except OSError as error:
            raise ConfigError(f"{NAME} cannot be read: {error.strerror or type(error).__name__}") from None
        return None if raw is None else raw.decode(errors="surrogateescape")

    def _save(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save(self.path, text.encode(errors="surrogateescape"), mode=0o600)
        except OSError as error:
            raise SaveFailed(
                f"{NAME} could not be saved: {error.strerror or type(error).__name__}; the file is as it was",
                "see that the disk has room and that artframe may write there",
            ) from None

    def _loose(self) -> Iterator[ConfigProblem]:
        try:
            loose = self.path.stat().st_mode & 0o022
        except OSError:
            return
        if loose:
            what = "others on this machine can write it, and so let themselves in; take that right away: chmod go-w"
            yield _problem(what, severity=Severity.NOTICE)


def parse(text: str) -> KeyReading:
    """The keys of a file's text, and every line that is none."""
    keys: list[AuthorizedKey] = []
    problems: list[ConfigProblem] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            keys.append(_read(number, line.strip()))
        except NoPublicKey as reason:
            problems.append(_problem(f"{reason}; the line is passed over", line=number, allowed=_FORM))
    return KeyReading(text=text, keys=tuple(keys), problems=tuple(problems))


def _read(number: int, line: str) -> AuthorizedKey:
    options: dict[str, str] = {}
    rest = line
    if not set(KEY_TYPES).intersection(line.split()):
        raise NoPublicKey("there is no key in it, or one of a type that cannot be used")
    if line.split(None, 1)[0] not in KEY_TYPES:
        options, rest = _options(line)
    words = rest.split(None, 2)
    if len(words) < 2:
        raise NoPublicKey("this is no key")
    key = read_public_key(words[0], words[1])
    expiry = options.get("expiry-time")
    return AuthorizedKey(
        line=number,
        text=line,
        key=key,
        comment=printable(words[2] if len(words) > 2 else "", 200),
        options=options,
        expires=_moment(expiry) if expiry is not None else None,
    )


def _options(line: str) -> tuple[dict[str, str], str]:
    options: dict[str, str] = {}
    position, more = 0, True
    while more:
        match = _OPTION.match(line, position)
        if match is None:
            raise NoPublicKey("this is no key, and no option that goes before one")
        name, value, end = match.groups()
        if name.lower() not in HELD:
            raise NoPublicKey(f"the option {name[:40]!r} is not known here, so the key cannot be trusted with it")
        if name.lower() in options and name.lower() not in _REPEATED:
            raise NoPublicKey(f"the option {name!r} stands twice, which may mean more than one thing")
        if not value and name.lower() in _WITH_VALUE:
            raise NoPublicKey(f'the option {name!r} needs a value: {name}="..."')
        options[name.lower()] = (value or "").replace('\\"', '"')
        position, more = match.end(), end == ","
    return options, line[position:]


def _moment(text: str) -> datetime:
    """OpenSSH's form of a time: ``YYYYMMDD[HHMM[SS]][Z]``, in the machine's zone without the Z."""
    match = _EXPIRY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day, clock, zone = match.groups()
        moment = datetime.strptime(day + (clock or "").ljust(6, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise NoPublicKey("expiry-time is not of the form YYYYMMDD or YYYYMMDDHHMM") from None
    return moment if zone else moment.replace(tzinfo=None).astimezone()


def _problem(
    what: str, *, line: int | None = None, allowed: str = "", severity: Severity = Severity.ERROR
) -> ConfigProblem:
    return ConfigProblem(file=NAME, what=what, line=line, allowed=allowed, severity=severity)
