"""The SSH server: commands, a shell and files, for whoever holds a key of ``config/authorized_keys``."""
