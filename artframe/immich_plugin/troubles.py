"""Who has to act when Immich does not give what was asked for?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from artframe.immich import (
    AccessRefused,
    BadRequest,
    ImmichError,
    InvalidAddress,
    NoAccess,
    Redirected,
    RenditionMissing,
    TlsError,
    Unauthorized,
)
from artframe.immich.words import Words
from artframe.plugin import ArtframeError, AuthFailed, ConfigError, NotReady, Phrase, Sentence


@contextlib.contextmanager
def translated(*, refused: type[ArtframeError] = NotReady) -> Iterator[None]:
    """Turn every error of the client into one of artframe's.

    ``refused`` is what becomes of a request that Immich understands and does not fulfil, since what it names is not
    there or is wrong: ConfigError where the settings named it; NotReady where it was there a moment ago.
    """
    try:
        yield
    except (Unauthorized, AccessRefused) as error:
        raise AuthFailed(sentence(error.message), sentence(error.hint)) from error
    except (InvalidAddress, Redirected) as error:
        raise ConfigError(sentence(error.message), sentence(error.hint)) from error
    except TlsError as error:
        # A machine without a battery wakes up in the past and finds every certificate invalid until its clock is set.
        raise NotReady(
            sentence(error.message), sentence(error.hint or "look at the address, ca_file and the clock")
        ) from error
    except RenditionMissing as error:
        raise NotReady(f"Immich has not made the picture for the screen yet ({error.message})", error.hint) from error
    except (NoAccess, BadRequest) as error:
        raise refused(sentence(error.message), sentence(error.hint)) from error
    except ImmichError as error:
        pause = getattr(error, "retry_after", None)
        raise NotReady(sentence(error.message), sentence(error.hint), retry_after=pause) from error


def sentence(text: str) -> Sentence:
    """What the client says, with what it is made of where that is known."""
    phrases = (Phrase(text.key, text.values),) if isinstance(text, Words) else ()
    return Sentence(english=str(text), phrases=phrases)
