"""Who must act when Immich does not answer as it should?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from artframe.immich import AccessRefused, ImmichError, InvalidAddress, Redirected, TlsError, Unauthorized
from artframe.plugin import AuthFailed, ConfigError, NotReady


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn every error of the client into one of artframe's."""
    try:
        yield
    except (Unauthorized, AccessRefused) as error:
        raise AuthFailed(error.message, error.hint) from error
    except (InvalidAddress, Redirected) as error:
        raise ConfigError(error.message, error.hint) from error
    except TlsError as error:
        # A machine without a battery wakes up in the past and finds every certificate invalid until its clock is set.
        raise NotReady(error.message, error.hint or "look at the address, ca_file and the clock") from error
    except ImmichError as error:
        raise NotReady(error.message, error.hint, retry_after=getattr(error, "retry_after", None)) from error
