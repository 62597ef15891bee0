"""What a crash, a damaged file, a full disk and a read-only disk do to who may use the frame."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from artframe.core import files
from artframe.errors import AuthFailed, NotReady
from tests.access.conftest import PASSWORD, PHONE, Door

ROOT = Path(__file__).parents[2]

PEOPLE_FOR_EVER = """
import sys
from pathlib import Path
from artframe.access import Access
from artframe.access.passwords import Cost
from artframe.core.clock import SystemClock
access = Access(Path(sys.argv[1]), SystemClock(), cost=Cost(n=16, r=1, p=1))
for number in range(1_000_000):
    user = access.accounts.add(f"user {number}", "correct horse")
    access.sessions.create(user)
    print(number, flush=True)
    if number % 20 == 19:
        for user in access.accounts.list():
            if user.name != f"user {number}":
                access.accounts.remove(user.name)
"""


def test_a_power_cut_in_the_middle_of_writing_loses_nobody_who_was_told_of(tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / "access.json").unlink(missing_ok=True)
        process = subprocess.Popen(
            [sys.executable, "-c", PEOPLE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        told = 0
        while told < 37:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told = int((process.stdout.read().split() or [str(told).encode()])[-1])
        process.wait(60)
        process.stdout.close()
        access = Door(tmp_path).access
        assert access.trouble is None
        assert access.accounts.verify(f"user {told}", "correct horse") is not None
        assert access.sessions.list(f"user {told}")


def test_what_was_changed_is_on_the_disk_before_anybody_is_told(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda handle: order.append("fsync") or fsync(handle))
    monkeypatch.setattr(Path, "replace", lambda path, target: order.append("rename") or replace(path, target))
    door.access.accounts.add("Ada", PASSWORD)
    assert order == ["fsync", "rename", "fsync"], "the file, then its name, then the folder"


DAMAGE = {
    "empty": b"",
    "half": b'{"version": 1, "users": [{"na',
    "no JSON object": b"[]",
    "bytes": bytes(range(256)),
    "deep": b"[" * 100_000,
    "without its parts": b'{"version": 1}',
    "a user without a password": json.dumps(
        {"version": 1, "users": [{"name": "Eve", "created": "2026-05-01T00:00:00+00:00"}], "sessions": [], "tokens": []}
    ).encode(),
    "a version that is none": b'{"version": "one", "users": [], "sessions": [], "tokens": []}',
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_set_aside_and_opens_no_door(door: Door, damage: bytes) -> None:
    secret, _ = door.access.sessions.create(door.access.accounts.add("Ada", PASSWORD))
    token, _ = door.access.tokens.create("program", "full")
    door.file.write_bytes(damage)
    for _ in range(2):  # it is told after another restart, too
        door = door.restarted()
        assert door.file.with_name("access.json.damaged").read_bytes() == damage
        assert door.access.trouble is not None
        assert "damaged" in door.access.trouble.message and "artframe pair" in door.access.trouble.hint
        assert door.access.sessions.find(secret) is None and door.access.tokens.find(token) is None
        with pytest.raises(AuthFailed):
            door.access.sign_in("Ada", PASSWORD, address=PHONE)
        with pytest.raises(AuthFailed):
            door.access.pair(door.wrong_code(), "Eve", PASSWORD, address=PHONE)
    door.access.pair(door.access.pairing.code, "Ada", PASSWORD, address=PHONE)
    assert door.access.trouble is None
    assert door.restarted().access.trouble is None


DOCTORED = [
    ("users", "password", {"scrypt": {"n": 1 << 30, "r": 8, "p": 1}, "salt": "00", "hash": "00" * 32}),
    ("users", "password", {"scrypt": {"n": 15, "r": 8, "p": 1}, "salt": "00", "hash": "00" * 32}),
    ("users", "password", {"scrypt": {"n": 16, "r": 1, "p": 1}, "salt": "", "hash": "00" * 32}),
    ("users", "password", {"scrypt": {"n": 16, "r": 1, "p": 1}, "salt": "00", "hash": ""}),
    ("users", "created", "yesterday"),
    ("users", "created", "2026-05-01T00:00:00"),
    ("sessions", "user", "eve"),
    ("sessions", "sha256", ""),
    ("tokens", "scope", "everything"),
    ("tokens", "name", 7),
]


@pytest.mark.parametrize(("part", "key", "value"), DOCTORED)
def test_what_nobody_of_us_wrote_is_damage(door: Door, part: str, key: str, value: object) -> None:
    door.access.sessions.create(door.access.accounts.add("Ada", PASSWORD))
    door.access.tokens.create("program", "full")
    content = json.loads(door.file.read_text())
    content[part][0][key] = value
    door.file.write_text(json.dumps(content))
    access = door.restarted().access
    assert access.trouble is not None and not access.accounts.any()


def test_a_file_that_cannot_be_read_now_is_neither_replaced_nor_forgotten(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    away = door.file.rename(door.folder / "away")
    door.file.mkdir()  # reading it fails, for root as well
    blind = door.restarted()
    access = blind.access
    assert access.trouble is not None and "cannot be read" in access.trouble.message
    assert not access.pairing.is_open, "nobody could be let in who lasts"
    for attempt in (
        lambda: access.accounts.add("Eve", PASSWORD),
        lambda: access.tokens.create("program"),
        lambda: access.sign_in("Ada", PASSWORD, address=PHONE),
        lambda: access.pair("000000", "Eve", PASSWORD, address=PHONE),
    ):
        with pytest.raises((NotReady, AuthFailed)):
            attempt()
    door.file.rmdir()
    away.rename(door.file)
    blind.clock.advance(60)
    access.keep_up()
    assert access.trouble is None and blind.news == 1
    access.sign_in("Ada", PASSWORD, address=PHONE)


def test_the_file_of_a_newer_artframe_is_left_alone(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    newer = door.file.read_text().replace('"version": 1', '"version": 2')
    door.file.write_text(newer)
    access = door.restarted().access
    assert access.trouble is not None and "newer artframe" in access.trouble.message
    with pytest.raises(NotReady):
        access.accounts.add("Eve", PASSWORD)
    access.close()
    assert door.file.read_text() == newer


def test_with_a_full_disk_one_signs_in_and_is_told_why_nothing_can_be_changed(door: Door, full_disk) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    before = door.file.read_bytes()
    with full_disk():
        secret, session = door.access.sign_in("Ada", PASSWORD, address=PHONE)
        assert door.access.sessions.find(secret) is not None
        assert door.access.trouble is not None and "cannot be written down" in door.access.trouble.message
        for attempt in (
            lambda: door.access.accounts.add("Bob", PASSWORD),
            lambda: door.access.accounts.set_password("Ada", "another horse"),
            lambda: door.access.tokens.create("program"),
        ):
            with pytest.raises(NotReady, match="File too large; nothing was changed"):
                attempt()
        assert door.access.accounts.verify("Ada", PASSWORD) is not None
        assert door.access.sessions.find(secret) is not None
        assert (door.access.accounts.get("Bob"), door.access.tokens.list()) == (None, ())
    assert door.file.read_bytes() == before
    assert [path.name for path in door.folder.iterdir()] == ["access.json"]
    door.clock.advance(60)
    door.access.keep_up()
    assert door.access.trouble is None
    again = door.restarted().access.sessions.find(secret)
    assert again is not None and again.id == session.id


def test_with_a_full_disk_who_is_shut_out_is_shut_out_at_once_and_for_good_when_there_is_room(
    door: Door, full_disk
) -> None:
    access = door.access
    ada, bob = access.accounts.add("Ada", PASSWORD), access.accounts.add("Bob", PASSWORD)
    adas, session = access.sessions.create(ada)
    bobs, _ = access.sessions.create(bob)
    token, _ = access.tokens.create("program")
    with full_disk():
        assert access.sessions.end(session.id)
        for attempt in (lambda: access.accounts.remove("Bob"), lambda: access.tokens.remove("program")):
            with pytest.raises(NotReady, match="is removed, but"):
                attempt()
        assert not any((access.sessions.find(adas), access.sessions.find(bobs), access.tokens.find(token)))
    door.clock.advance(60)
    access.keep_up()
    again = door.restarted().access
    assert not any((again.sessions.find(adas), again.sessions.find(bobs), again.tokens.find(token)))
    assert [user.name for user in again.accounts.list()] == ["Ada"]


def test_whoever_reads_never_waits_for_the_disk(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = door.access.sessions.create(door.access.accounts.add("Ada", PASSWORD))
    writing, go_on = threading.Event(), threading.Event()
    write = os.fsync

    def slow(handle: int) -> None:
        writing.set()
        assert go_on.wait(60)
        write(handle)

    monkeypatch.setattr(files.os, "fsync", slow)
    changer = threading.Thread(target=door.access.accounts.add, args=("Bob", PASSWORD))
    changer.start()
    assert writing.wait(60)
    assert door.access.sessions.find(secret) is not None
    assert door.access.accounts.any() and door.access.accounts.get("Bob") is None
    assert not door.access.pairing.is_open
    go_on.set()
    changer.join(60)
    assert door.access.accounts.get("Bob") is not None


def test_many_who_come_and_go_at_once_leave_a_file_that_says_what_is_so(door: Door) -> None:
    ada = door.access.accounts.add("Ada", PASSWORD)

    def come_and_go() -> None:
        for _ in range(10):
            secret, session = door.access.sessions.create(ada)
            door.access.sessions.find(secret)
            door.access.keep_up()
            with contextlib.suppress(KeyError):
                door.access.sessions.end(session.id)

    threads = [threading.Thread(target=come_and_go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert door.access.sessions.list() == door.restarted().access.sessions.list() == ()
