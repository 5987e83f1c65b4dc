"""Settings -> the text of `--show-settings`: valid TOML, one key a line."""

from dataclasses import fields

from fastapi_async_lint.settings.model import Settings

_NOT_KEYS = ("root", "config_file", "catalogue")


def describe(settings: Settings) -> str:
    """Where the settings come from, as comments, and each key with its value in force."""
    lines = [
        f"# root: {settings.root}",
        f"# configuration file: {settings.config_file or 'none, defaults are in force'}",
        "[tool.fastapi-async-lint]",
    ]
    values = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in _NOT_KEYS}
    lines += [f"{name.replace('_', '-')} = {_toml(value)}" for name, value in values.items() if value is not None]
    if settings.catalogue:
        lines.append(f"# catalogue: tables of the project's own: {', '.join(sorted(settings.catalogue))}")
    return "".join(f"{line}\n" for line in lines)


def _toml(value: object) -> str:
    """A value of a setting as TOML; pairs are an inline table."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return "{ " + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value) + " }"
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
