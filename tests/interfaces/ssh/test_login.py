"""Who comes in and who does not, and what is not done for anybody."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import socket
import subprocess

import asyncssh
import pytest

from artframe.testing import ManualClock
from tests.frame.running import eventually
from tests.interfaces.ssh.serving import PATIENCE, Frame, Key, logged

# ---- keys


def test_without_a_key_there_is_no_server_and_with_the_first_one_there_is(
    bare_frame: Frame, manual_clock: ManualClock
) -> None:
    frame = bare_frame
    frame.clock = manual_clock
    frame.start()
    manual_clock.wait_for_sleepers()
    assert frame.face.facts() == {"running": False, "port": None, "fingerprint": None, "keys": 0}
    assert not (frame.home / "state" / "ssh_host_ed25519_key").exists()
    frame.authorize()
    frame.wait_for(lambda: frame.face.facts()["running"], "the server is up")
    assert frame.ssh("echo", "hello").returncode == 0
    port = frame.port
    frame.keys.path.write_text("# nobody\n")
    frame.wait_for(lambda: not frame.face.facts()["running"], "the server is off")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), PATIENCE)


def test_any_name_is_accepted_and_only_a_known_key(frame: Frame, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "artframe")
    words = frame.ssh_words("echo", "hello")
    for user in ("keeper", "root", "äöü"):
        command = [word.replace("keeper@", f"{user}@") for word in words]
        assert subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    stranger = Key(frame.folder / "keys", "mallory")
    done = frame.ssh("echo", "hello", key=stranger)
    assert done.returncode == 255
    assert b"Permission denied (publickey)" in done.stderr
    [line] = eventually(logged(caplog.records, "refused"), "the refusal is logged")
    assert stranger.fingerprint in line
    assert "127.0.0.1" in line
    assert len(logged(caplog.records, "came in")()) == 3, "one line per login"
    assert f"ada@laptop came in from 127.0.0.1 as 'keeper' ({frame.key.fingerprint})" in caplog.text


@pytest.mark.parametrize("type", ["rsa", "ecdsa", "ed25519"])
def test_keys_of_every_usual_type_open_the_frame(frame: Frame, type: str) -> None:
    key = Key(frame.folder / "keys", f"other-{type}", type)
    frame.authorize(key)
    assert frame.ssh("echo", "hello", key=key).returncode == 0


def test_a_new_key_opens_the_frame_at_once_and_a_removed_one_no_longer(frame: Frame) -> None:
    bob = Key(frame.folder / "keys", "bob")
    assert frame.ssh("echo", "hello", key=bob).returncode == 255
    assert frame.ssh(f"ssh-key add {bob.line}").returncode == 0
    assert frame.ssh("echo", "hello", key=bob).returncode == 0
    assert bob.fingerprint.encode() in frame.ssh("ssh-key list").stdout
    assert frame.ssh(f"ssh-key remove {bob.fingerprint} --yes").returncode == 0
    assert frame.ssh("echo", "hello", key=bob).returncode == 255


def test_a_removed_key_ends_its_sessions(clocked: Frame) -> None:
    frame = clocked
    bob = Key(frame.folder / "keys", "bob")
    frame.authorize(bob)
    client = subprocess.Popen(frame.ssh_words("hang", key=bob), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert frame.commands.started.wait(PATIENCE)
    assert frame.ssh(f"ssh-key remove {bob.fingerprint} --yes").returncode == 0
    frame.wait_for(frame.commands.cancelled.is_set, "the session is ended")
    assert client.wait(PATIENCE) == 255
    assert frame.ssh("echo", "hello").returncode == 0


def test_a_broken_line_is_passed_over_and_told_with_its_number(clocked: Frame) -> None:
    frame = clocked
    frame.keys.path.write_text(f"# keys\nssh-ed25519 AAAAbroken ada\n{frame.key.line}\nnonsense\n")
    told = frame.wait_for(lambda: len(found := frame.troubles()) == 2 and found, "the broken lines are told")
    assert [re.findall(r"authorized_keys:(\d+)", text) for text in told] == [["2"], ["4"]]
    assert frame.ssh("echo", "hello").returncode == 0
    frame.keys.path.write_text(f"{frame.key.line}\n")
    frame.wait_for(lambda: not frame.troubles(), "nothing is wrong any more")


def test_a_file_that_others_can_write_is_told(clocked: Frame) -> None:
    frame = clocked
    frame.keys.path.chmod(0o666)
    [told] = frame.wait_for(frame.troubles, "it is told")
    assert "others on this machine can write it" in told


def test_what_a_line_restricts_is_held(bare_frame: Frame) -> None:
    frame = bare_frame
    keys = {
        name: Key(frame.folder / "keys", name) for name in ("elsewhere", "here", "forced", "plain", "old", "strict")
    }
    frame.authorize(keys["elsewhere"], 'from="10.0.0.0/8"')
    frame.authorize(keys["here"], 'from="127.0.0.0/8,10.0.0.0/8"')
    frame.authorize(keys["forced"], 'Command="echo forced"')
    frame.authorize(keys["plain"], "No-PTY")
    frame.authorize(keys["old"], 'expiry-time="20200101Z"')
    frame.authorize(keys["strict"], "restrict")
    frame.start()
    assert frame.ssh("echo", "x", key=keys["elsewhere"]).returncode == 255
    assert frame.ssh("echo", "x", key=keys["here"]).returncode == 0
    assert frame.ssh("echo", "x", key=keys["forced"]).stdout == b"you said forced\n"
    for name in ("plain", "strict"):
        done = frame.ssh("echo", "x", key=keys[name], options=["-tt"])
        assert b"PTY allocation request failed" in done.stderr
    assert frame.ssh("echo", "x", key=keys["old"]).returncode == 255
    command = ["sftp", *frame.options(keys["forced"]), "-P", str(frame.port), "-b", "-", "keeper@127.0.0.1"]
    sftp = subprocess.run(command, input=b"ls /\n", capture_output=True, timeout=PATIENCE, check=False)
    assert b"/config" not in sftp.stdout, "a forced command is all there is"


# ---- no other way in


def test_no_password_is_ever_asked_for(frame: Frame) -> None:
    options = ["-o", "PreferredAuthentications=password,keyboard-interactive,hostbased,gssapi-with-mic"]
    done = frame.ssh("echo", "hello", options=options)
    assert done.returncode == 255
    assert b"Permission denied (publickey)" in done.stderr


@pytest.mark.parametrize("way", ["-L", "-R", "-D"])
def test_nothing_is_forwarded(frame: Frame, way: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.5)
        target = listener.getsockname()[1]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        where = f"127.0.0.1:{free}" if way == "-D" else f"127.0.0.1:{free}:127.0.0.1:{target}"
        if way == "-R":
            done = frame.ssh("echo", "x", options=["-o", "ExitOnForwardFailure=yes", way, where])
            assert done.returncode == 255
            return
        client = subprocess.Popen(
            frame.ssh_words(options=[way, where, "-N"]), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

        def reached() -> bool:
            try:
                with socket.create_connection(("127.0.0.1", free), PATIENCE) as channel:
                    greeting = b"\x05\x01\x00\x05\x01\x00\x01\x7f\x00\x00\x01" + target.to_bytes(2, "big")
                    channel.sendall(greeting if way == "-D" else b"hello")
                    while channel.recv(100):
                        pass
            except ConnectionRefusedError:
                return False
            except ConnectionError:
                return True
            return True

        eventually(reached, "the client listens, and the frame has refused")
        with pytest.raises(TimeoutError):
            listener.accept()
        client.terminate()
        client.wait(PATIENCE)


def test_agent_and_x11_are_not_forwarded(frame: Frame) -> None:
    if shutil.which("ssh-agent") is None:
        pytest.skip("there is no ssh-agent here")
    agent = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"(\w+)=([^;]+);", agent))
    try:
        command = frame.ssh_words(
            "echo", "x", options=["-A", "-X", "-v", "-o", f"IdentityAgent={found['SSH_AUTH_SOCK']}"]
        )
        environment = {**os.environ, **found, "DISPLAY": ":99"}
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, env=environment)
        assert done.stdout == b"you said x\n"
        assert not list(frame.folder.glob("**/asyncssh-*"))
    finally:
        os.kill(int(found["SSH_AGENT_PID"]), 15)


# ---- the frame's own key


def test_the_host_key_is_made_once_and_stays(bare_frame: Frame) -> None:
    frame = bare_frame
    frame.authorize()
    frame.start()
    path = frame.home / "state" / "ssh_host_ed25519_key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert frame.ssh("echo", "x").returncode == 0
    fingerprint = frame.face.facts()["fingerprint"]
    shown = subprocess.run(["ssh-keygen", "-lf", str(path)], capture_output=True, text=True, check=True).stdout
    assert fingerprint == shown.split()[1]
    frame.stop()
    frame.start()
    assert frame.face.facts()["fingerprint"] == fingerprint
    strict = ["-o", "StrictHostKeyChecking=yes"]
    assert frame.ssh("echo", "x", options=strict).returncode == 0
    frame.stop()
    path.unlink()
    frame.start()
    assert frame.ssh("echo", "x", options=strict).returncode == 255, "a client notices another key"


def test_a_damaged_host_key_is_told_and_never_replaced(bare_frame: Frame) -> None:
    frame = bare_frame
    path = frame.home / "state" / "ssh_host_ed25519_key"
    path.write_text("damaged")
    frame.authorize()
    frame.keys.path.rename(frame.folder / "keys.later")
    frame.start()
    (frame.folder / "keys.later").rename(frame.keys.path)
    [told] = eventually(frame.troubles, "it is told")
    assert "key is damaged" in told
    assert path.read_text() == "damaged"


# ---- limits


def test_a_hundred_at_once_are_refused_beyond_the_limit_and_harm_nobody(frame: Frame) -> None:
    friend = frame.do(frame.client())
    clients = [
        subprocess.Popen(
            frame.ssh_words("tail", "-f"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100)
    ]
    try:
        refused = eventually(
            lambda: (count := sum(client.poll() == 255 for client in clients)) >= 88 and count, "most are refused"
        )
        assert refused < 100, "some are served"
        assert frame.do(friend.run("echo alive")).stdout == "you said alive\n"
    finally:
        for client in clients:
            client.kill()
            client.wait(PATIENCE)
    assert friend.is_closed() is False
    friend.close()
    eventually(lambda: frame.ssh("echo", "alive").stdout == b"you said alive\n", "there is room again")


def test_a_stranger_who_says_nothing_is_sent_away_in_time(clocked: Frame, manual_clock: ManualClock) -> None:
    frame = clocked
    with socket.create_connection(("127.0.0.1", frame.port), PATIENCE) as channel:
        assert channel.recv(100).startswith(b"SSH-2.0-artframe")
        eventually(lambda: manual_clock.sleepers >= 2, "the frame waits for the login")
        manual_clock.advance(21)
        channel.settimeout(PATIENCE)
        assert channel.recv(100) == b""


def test_what_is_no_ssh_is_dropped(frame: Frame) -> None:
    for rubbish in (
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 10_000,
        b"SSH-1.0-old\r\n",
        b"x" * 100_000,
        b"SSH-2.0-x\r\n\xff" * 99,
    ):
        with socket.create_connection(("127.0.0.1", frame.port), PATIENCE) as channel:
            channel.settimeout(PATIENCE)
            try:
                channel.sendall(rubbish)
                while channel.recv(1000):
                    pass
            except ConnectionError:
                continue
    assert frame.ssh("echo", "alive").stdout == b"you said alive\n"


def test_a_session_in_which_nothing_happens_is_ended(clocked: Frame, manual_clock: ManualClock) -> None:
    frame = clocked
    person = frame.terminal()
    person.expect_exact("Artframe>")
    manual_clock.wait_for_sleepers(2)
    manual_clock.advance(29 * 60)
    person.send("echo busy\r")
    person.expect_exact("you said busy")
    manual_clock.wait_for_sleepers(2)
    manual_clock.advance(29 * 60)
    assert person.isalive()
    person.expect_exact("Artframe>")
    manual_clock.wait_for_sleepers(2)
    manual_clock.advance(31 * 60)
    frame.wait_for(lambda: not person.isalive(), "the session is ended")
    assert person.exitstatus == 255


def test_a_command_that_works_is_not_idle(clocked: Frame, manual_clock: ManualClock) -> None:
    frame = clocked
    client = subprocess.Popen(frame.ssh_words("hang"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert frame.commands.started.wait(PATIENCE)
    for _ in range(5):
        manual_clock.wait_for_sleepers(2)
        manual_clock.advance(31 * 60)
    assert client.poll() is None
    assert not frame.commands.cancelled.is_set()
    client.kill()
    client.wait(PATIENCE)


def test_a_taken_port_is_told_once_and_the_server_comes_by_itself(bare_frame: Frame, manual_clock: ManualClock) -> None:
    frame = bare_frame
    frame.clock = manual_clock
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        frame.frame_settings(port=other.getsockname()[1])
        frame.start()
        frame.authorize()
        [told] = frame.wait_for(frame.troubles, "it is told")
        assert "another program has port" in told
    frame.wait_for(lambda: frame.face.facts()["running"], "the server has come up")
    assert frame.troubles() == []


def test_settings_are_followed_without_ending_sessions(frame: Frame) -> None:
    before = frame.port
    client = subprocess.Popen(frame.ssh_words("hang"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert frame.commands.started.wait(PATIENCE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    frame.configure(port=free, idle_minutes=5)
    assert frame.port == free != before
    assert client.poll() is None
    assert frame.ssh("echo", "x").returncode == 0
    frame.configure(enabled=False)
    assert client.wait(PATIENCE) == 255
    assert not frame.face.facts()["running"]


def test_more_sessions_than_ten_on_one_connection_are_refused(frame: Frame) -> None:
    async def many() -> int:
        opened = []
        async with await frame.client() as connection:
            for _ in range(12):
                try:
                    opened.append(await connection.create_process("tail -f"))
                except asyncssh.ChannelOpenError:
                    break
        return len(opened)

    assert asyncio.run(many()) == 10


def test_the_log_of_asyncssh_stays_quiet(frame: Frame, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert frame.ssh("echo", "x").returncode == 0
    assert not [record for record in caplog.records if record.name.startswith("asyncssh")]


def test_a_stop_ends_everybody(frame: Frame) -> None:
    client = subprocess.Popen(frame.ssh_words("hang"), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert frame.commands.started.wait(PATIENCE)
    frame.stop()
    assert client.wait(PATIENCE) == 255
    assert client.stderr is not None
    client.stderr.close()
    assert frame.commands.cancelled.wait(PATIENCE)
