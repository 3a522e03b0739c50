"""Golden numbers of two FSRS libraries and of a real Anki collection; the file's own `about` explains the fields."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.study.hours import Moment
from bot.study.memory import Policy

VECTORS = json.loads(Path(__file__).with_name("fsrs-vectors.json").read_text(encoding="utf-8"))
PARAMETERS = {name: tuple(numbers) for name, numbers in VECTORS["parameter_sets"].items()}


def moment_of(at: str | datetime) -> Moment:
    """The instant in UTC, where the study day begins at 04:00."""
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    at = at.astimezone(UTC).replace(tzinfo=UTC)
    day = (at - timedelta(hours=4)).date()
    return Moment(at, day, datetime.combine(day + timedelta(days=1), time(4), UTC))


def policy_of(preset: dict) -> Policy:
    return Policy(
        retention=preset["desired_retention"],
        learning_steps=tuple(timedelta(minutes=minutes) for minutes in preset["learning_steps_minutes"]),
        relearning_steps=tuple(timedelta(minutes=minutes) for minutes in preset["relearning_steps_minutes"]),
        max_days=preset["maximum_interval"],
        parameters=PARAMETERS[preset["parameters"]],
    )
