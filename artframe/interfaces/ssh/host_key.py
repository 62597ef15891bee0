"""By which key do clients know the frame again? Made once, kept for good."""

from __future__ import annotations

import logging
from pathlib import Path

import asyncssh

from artframe.config.saving import private_folder, save
from artframe.errors import NotReady

log = logging.getLogger(__name__)

FILE = "ssh_host_ed25519_key"


def host_key(state: Path) -> asyncssh.SSHKey:
    """The frame's own key, from ``state``; a new one where there is none. Blocks.

    One that cannot be read is never replaced: every client would warn of an attack. Raises NotReady.
    """
    path = state / FILE
    try:
        if path.exists():
            key = asyncssh.import_private_key(path.read_bytes())
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
            return key
        private_folder(state)
        key = asyncssh.generate_private_key("ssh-ed25519", comment="artframe")
        save(path, key.export_private_key(), mode=0o600)
    except OSError as error:
        raise NotReady(
            f"the SSH server's own key cannot be used: {error.strerror or error}; SSH stays off, tried again soon",
            f"see that artframe may read and write {path}",
        ) from None
    except (asyncssh.KeyImportError, ValueError):
        raise NotReady(
            "the SSH server's own key is damaged; SSH stays off",
            f"bring back {path} from a backup, or delete it: a new one is made then, of which clients warn",
        ) from None
    log.info("SSH: made the frame's own key, %s", key.get_fingerprint())
    return key
