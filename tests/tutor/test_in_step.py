"""Works in step: who is how far when, and what comes of them."""

import pytest

from bot.tutor.in_step import Steps, in_step


def test_all_pause_before_one_goes_on() -> None:
    """What each does up to its first pause is done for all of them first; what comes of them is in their order."""
    done: list[str] = []

    def work(name: str, pauses: int) -> Steps[str]:
        for step in range(pauses):
            done.append(f"{name}{step}")
            yield
        done.append(f"{name} ends")
        return name

    assert in_step([work("a", 2), work("b", 0), work("c", 1)]) == ["a", "b", "c"]
    assert done == ["a0", "b ends", "c0", "a1", "c ends", "a ends"]
    assert in_step([]) == []


def test_a_fault_ends_all_of_them() -> None:
    """Nobody goes on once one of them has failed: the transaction that they share takes back what all of them did."""
    done: list[str] = []

    def works() -> Steps[None]:
        yield
        done.append("worked")

    def fails() -> Steps[None]:
        yield
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_step([fails(), works()])
    assert done == []
