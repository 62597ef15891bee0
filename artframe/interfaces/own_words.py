"""Which of the words are for the command line itself, and not for the frame?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

OVERVIEW = """\
  run                 start the frame on this home (--headless, --window WxH)
  demo                show it with an embedded Immich and generated pictures (--headless, --window WxH, --once)
  completion bash     print what makes bash complete artframe's commands: source <(artframe completion bash)

  --home FOLDER names another frame than $ARTFRAME_HOME or ~/.artframe, --json answers in JSON, and --output FILE says
  where a file goes that a command answers with (- is standard output).
"""
_JSON, _OUTPUT = "--json", "--output"


class OwnWords(NamedTuple):
    """``output`` and ``as_json`` as the person wants them, and the ``rest``, which is the frame's."""

    rest: list[str]
    as_json: bool = False
    output: str | None = None

    @classmethod
    def among(cls, words: Sequence[str]) -> OwnWords:
        """Take ours out, wherever they stand before a ``--``."""
        end = list(words).index("--") if "--" in words else len(words)
        rest: list[str] = []
        output = None
        mine = iter(words[:end])
        for word in mine:
            name, equals, value = word.partition("=")
            if name == _OUTPUT:
                output = value if equals else next(mine, "")
            elif word != _JSON:
                rest.append(word)
        return cls(rest=[*rest, *words[end:]], as_json=_JSON in words[:end], output=output)

    @property
    def wants_help(self) -> bool:
        """Whether the words ask for help."""
        return bool({"-h", "--help"}.intersection(self.rest)) or self.rest[:1] == ["help"]
