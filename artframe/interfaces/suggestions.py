"""Which values complete ``Suggests("instance")`` and its like, from what the frame knows at this moment?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from artframe.config.form import setting_names
from artframe.config.store import ConfigStore
from artframe.core.commands import CommandRegistry
from artframe.jobs.jobs import Jobs

Names = Callable[[], Iterable[str]]


def suggest_values(registry: CommandRegistry, store: ConfigStore, kinds: Iterable[str], jobs: Jobs) -> None:
    """Complete what a running frame knows."""
    suggest(
        registry,
        store,
        instances=lambda: instances_in(store),
        kinds=lambda: kinds,
        secrets=lambda: store.vault.stored,
        jobs=lambda: [status.name for status in jobs.status()],
    )


def instances_in(store: ConfigStore) -> set[str]:
    """The plugins that a running frame knows, those too whose file cannot be used."""
    return {*store.config.plugins, *(one.instance for one in store.problems if one.instance)}


def suggest(
    registry: CommandRegistry,
    store: ConfigStore,
    *,
    instances: Names,
    kinds: Names,
    secrets: Names = tuple,
    jobs: Names = tuple,
) -> None:
    """Complete plugins (``instance``), configuration ``file``s and the ``setting``s in one of them, ``kind``s of
    plugins, ``secret`` names and ``job``s."""
    registry.suggest("instance", instances)
    registry.suggest("file", lambda: {"frame", "secrets", *instances()})
    registry.suggest("kind", kinds)
    registry.suggest("secret", secrets)
    registry.suggest("job", jobs)
    registry.suggest_within("setting", lambda file: setting_names(store, file))
