from hypothesis import given
from hypothesis import strategies as st

from artframe.core.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first=5, longest=900, jitter=0)
    assert [backoff.next_pause() for _ in range(10)] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_success_starts_again_with_the_first_pause() -> None:
    backoff = Backoff(jitter=0)
    backoff.next_pause()
    backoff.next_pause()
    backoff.reset()
    assert backoff.next_pause() == 5


def test_a_pause_is_never_shorter_than_the_server_asked_for() -> None:
    assert Backoff(jitter=0).next_pause(asked=120) == 120
    assert Backoff(jitter=0).next_pause(asked=1) == 5


@given(st.integers(0, 2000), st.floats(0, 1))
def test_jitter_only_shortens_and_never_by_more_than_its_share(failures: int, chance: float) -> None:
    backoff = Backoff(first=5, longest=900, jitter=0.2, chance=lambda: chance)
    backoff.failures = failures
    full = min(5 * 2.0 ** min(failures, 64), 900)
    assert full * 0.8 - 1e-9 <= backoff.next_pause() <= full
