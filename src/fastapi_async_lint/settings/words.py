"""A wrong value in settings -> how the error shows it."""


def shown(value: object) -> str:
    """A raw value as TOML spells it, near enough for people."""
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
