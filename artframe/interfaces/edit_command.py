"""``config edit``, as the registry knows it: whoever can do it does so without coming here."""

from __future__ import annotations

from typing import Annotated, NoReturn

from artframe.config.layout import FRAME
from artframe.core.commands import Effect, command
from artframe.core.exchange import Suggests
from artframe.errors import CommandError


class EditCommand:
    """Needs no running frame. A face with a terminal behind it catches the words and opens an editor itself."""

    @command("config edit", effect=Effect.CHANGES)
    def edit(
        self, file: Annotated[str, "frame, secrets, or a plugin's instance", Suggests("file")] = FRAME
    ) -> NoReturn:
        """Open a configuration file in your editor ($VISUAL, $EDITOR, nano or vi) and put it in force.

        What is wrong with it is told with its lines, and you may edit again, discard, or keep your text for later.
        Nothing is saved before it is right, nobody else's change is overwritten, and your text survives a cut line.
        """
        raise CommandError(
            "'config edit' opens an editor and needs a terminal of your own; nothing was done",
            f"type 'artframe config edit {file.removesuffix('.json')}' on the frame, or log in to it with 'ssh -t'",
            exit_code=64,
        )
