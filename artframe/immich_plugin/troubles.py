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
from artframe.plugin import ArtframeError, AuthFailed, ConfigError, NotReady


@contextlib.contextmanager
def translated(*, refused: type[ArtframeError] = NotReady) -> Iterator[None]:
    """Turn every error of the client into one of artframe's.

    ``refused`` is what becomes of a request that Immich understands and does not fulfil, since what it names is not
    there or is wrong: ConfigError where the settings named it; NotReady where it was there a moment ago.
    """
    try:
        yield
    except (Unauthorized, AccessRefused) as error:
        raise AuthFailed(error.message, error.hint) from error
    except (InvalidAddress, Redirected) as error:
        raise ConfigError(error.message, error.hint) from error
    except TlsError as error:
        # A machine without a battery wakes up in the past and finds every certificate invalid until its clock is set.
        raise NotReady(error.message, error.hint or "look at the address, ca_file and the clock") from error
    except RenditionMissing as error:
        raise NotReady(f"Immich has not made the picture for the screen yet ({error.message})", error.hint) from error
    except (NoAccess, BadRequest) as error:
        raise refused(error.message, error.hint) from error
    except ImmichError as error:
        pause = getattr(error, "retry_after", None)
        raise NotReady(error.message, error.hint, retry_after=pause) from error
