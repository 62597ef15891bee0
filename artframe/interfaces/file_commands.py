"""Which commands are about the files of the configuration, and work with or without a running frame?"""

from __future__ import annotations

from artframe.config.authorized_keys import AuthorizedKeys
from artframe.config.store import ConfigStore
from artframe.host.discovery import PluginKinds
from artframe.host.plugin_changes import PluginChanges
from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.edit_command import EditCommand
from artframe.interfaces.secret_commands import SecretCommands
from artframe.interfaces.ssh_key_commands import SshKeyCommands


def file_commands(store: ConfigStore, kinds: PluginKinds) -> tuple[object, ...]:
    """All of them, for ``CommandRegistry.add_all``."""
    keys = SshKeyCommands(AuthorizedKeys(store.layout.config))
    return ConfigCommands(store), SecretCommands(store), PluginChanges(store, kinds), EditCommand(), keys
