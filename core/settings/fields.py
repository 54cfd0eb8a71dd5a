"""Fields of settings: bounds, explanation, validation."""

from dataclasses import dataclass, field, fields
from typing import Any

from core.errors import SettingsError
from core.settings.schema1 import with_current_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The values that a field accepts and what it means; ``low`` and ``high`` are included."""

    help: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()


def number_field(default: float, low: float, high: float, help: str) -> Any:
    """A dataclass field for a number from ``low`` to ``high``."""
    return field(default=default, metadata={"limits": Limits(help=help, low=low, high=high)})


def choice_field(default: str, choices: tuple[str, ...], help: str) -> Any:
    """A dataclass field for one of ``choices``."""
    return field(default=default, metadata={"limits": Limits(help=help, choices=choices)})


def limits(kind: type, name: str) -> Limits:
    """Bounds and explanation of field ``name`` of a settings class."""
    bounds: Limits = next(setting.metadata["limits"] for setting in fields(kind) if setting.name == name)
    return bounds


def validate(settings: Any) -> None:
    """Raise SettingsError for the first field that is outside its bounds or not of its kind."""
    for setting in fields(settings):
        value, bounds = getattr(settings, setting.name), setting.metadata.get("limits")
        if setting.type is bool and not isinstance(value, bool):
            raise SettingsError(f"{setting.name} must be true or false, got {value!r}")
        if bounds is None:
            continue
        if bounds.choices:
            if value not in bounds.choices:
                raise SettingsError(
                    f"{setting.name} must be one of {', '.join(bounds.choices)}, got {value!r}"
                )
            continue
        whole = setting.type is int
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            kind = "a whole number" if whole else "a number"
            raise SettingsError(f"{setting.name} must be {kind}, got {value!r}")
        if not bounds.low <= value <= bounds.high:  # NaN fails this comparison too
            # An integer of hundreds of digits overflows a float and would fill the message.
            received = (
                f"{value:g}" if abs(value) < 1e18 or isinstance(value, float) else "a far larger number"
            )
            raise SettingsError(
                f"{setting.name} must be from {bounds.low:g} to {bounds.high:g}, got {received}"
            )


def known_fields(kind: type, record: Any) -> dict[str, Any]:
    """The fields of ``record`` under their current names.

    Raises:
        SettingsError: ``record`` is not an object, or holds a field that ``kind`` does not have.
    """
    if not isinstance(record, dict):
        raise SettingsError(f"{kind.__name__} must be an object, got {type(record).__name__}")
    current: dict[str, Any] = with_current_names(record)
    names = {setting.name for setting in fields(kind)}
    if unknown := sorted(set(current) - names):
        raise SettingsError(
            f"{kind.__name__} has no setting {unknown[0]!r}; it has {', '.join(sorted(names))}"
        )
    return current
