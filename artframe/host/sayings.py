"""What is said of a plugin that does not run, and of what helps?"""

from __future__ import annotations

from artframe.core.sentence import Sentence, said


def held(reason: str) -> Sentence:
    """It is kept from starting."""
    return said("plugin.held", "not started: {reason}; photos that are here are shown", reason=reason)


def start_anyway(instance: str) -> Sentence:
    """What helps against that."""
    return said("plugin.start_anyway", "'artframe plugin retry {instance}' starts it all the same", instance=instance)


def left_behind(names: str) -> Sentence:
    """Something of it did not come to its end."""
    return said("plugin.left", "did not stop: {names} did not come back and was left behind", names=names)


def start_without_waiting(instance: str) -> Sentence:
    """What helps against that."""
    return said(
        "plugin.start_without_waiting",
        "it starts when that comes back; 'artframe plugin retry {instance}' starts it without waiting",
        instance=instance,
    )


def see_check(instance: str) -> Sentence:
    """What helps where its file cannot be used."""
    return said(
        "plugin.see_check",
        "'artframe config check' shows all that is wrong with the file of '{instance}'",
        instance=instance,
    )
