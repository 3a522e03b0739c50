"""Make methods.json: every method of the Bot API, its parameters and their types.

    python bot/playground/data/make.py bot-api-10.1.json bot-api-10.3-parameters.json

The first file describes Bot API 10.1 (methods with fields, types, required), the second names the parameters up to
10.3. A type is written as Telegram's page has it, `!` marks a required one, and what is known by name only is "".
"""

import json
import sys
from pathlib import Path


def table(described: dict[str, dict[str, object]], named: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """Method -> parameter -> types, joined by `|`."""
    methods: dict[str, dict[str, str]] = {}
    for method in sorted({*described, *(name for name in named if not name.startswith("_"))}):
        fields = described.get(method, {}).get("fields") or []
        assert isinstance(fields, list)
        types = {field["name"]: "|".join(field["types"]) + ("!" if field["required"] else "") for field in fields}
        methods[method] = types | {name: "" for name in named.get(method, []) if name not in types}
    return methods


def main(described: str, named: str) -> None:
    """Write methods.json beside this file."""
    rows = table(json.loads(Path(described).read_text())["methods"], json.loads(Path(named).read_text()))
    lines = ",\n".join(f"{json.dumps(method)}: {json.dumps(types)}" for method, types in rows.items())
    Path(__file__).with_name("methods.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
