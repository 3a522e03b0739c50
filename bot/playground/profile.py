"""Methods for what the bot says about itself: commands, names, descriptions, the menu button."""

import re
from collections.abc import Mapping
from typing import Any

from .params import Call
from .reach import chat_named
from .refusals import bad
from .world import World

MOST_COMMANDS = 100
NAME = re.compile(r"[a-z0-9_]{1,32}")
LONGEST = {"name": 64, "description": 512, "short_description": 120}
SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators"}
    | {"chat_member"}
)


def set_commands(world: World, call: Call) -> bool:
    """setMyCommands."""
    commands = call.params.get("commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    listed = [_command(world, raw) for raw in commands]
    _keep(world, _commands_key(world, call), listed)
    return True


def get_commands(world: World, call: Call) -> list[dict[str, Any]]:
    """getMyCommands: those of exactly this scope and language."""
    kept: list[dict[str, Any]] = world.profile.get(_commands_key(world, call), [])
    return kept


def delete_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    _keep(world, _commands_key(world, call), [])
    return True


def _command(world: World, raw: Any) -> dict[str, Any]:
    name = str(raw.get("command", "")).removeprefix("/")
    description = str(raw.get("description", ""))
    if not NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID" if description else "command description is empty")
    ephemeral = {"is_ephemeral": True} if raw.get("is_ephemeral") and world.server != "10.1" else {}
    return {"command": name, "description": description, **ephemeral}


def _commands_key(world: World, call: Call) -> str:
    scope: Mapping[str, Any] = call.params.get("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    whom = ""
    if kind.startswith("chat"):
        whom = f" {chat_named(world, scope.get('chat_id')).id} {scope.get('user_id', '')}".rstrip()
    return f"commands {kind}{whom} {_language(call)}".rstrip()


def _language(call: Call) -> str:
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad("LANG_CODE_INVALID")
    return language


def commands_for(world: World, chat_id: int, person_id: int, language: str = "") -> list[dict[str, Any]]:
    """The commands in somebody's menu in a chat, the narrowest scope first, as Telegram looks for them."""
    chat = world.chats[chat_id]
    scopes = [f"chat_member {chat_id} {person_id}"] if chat.kind != "private" else [f"chat {chat_id}"]
    if chat.kind == "private":
        scopes += ["all_private_chats"]
    else:
        administers = chat.member(person_id).administers
        scopes += [f"chat_administrators {chat_id}"] if administers else []
        scopes += [f"chat {chat_id}"] + (["all_chat_administrators"] if administers else []) + ["all_group_chats"]
    for scope in [*scopes, "default"]:
        for key in (f"commands {scope} {language}", f"commands {scope}"):
            if world.profile.get(key):
                kept: list[dict[str, Any]] = world.profile[key]
                return kept
    return []


def set_words(world: World, call: Call) -> bool:
    """setMyName, setMyDescription, setMyShortDescription."""
    kind = _kind(call)
    words = call.text(kind)
    if len(words) > LONGEST[kind]:
        raise bad(f"{kind.replace('_', ' ')} is too long")
    _keep(world, f"{kind} {_language(call)}".rstrip(), words)
    return True


def get_words(world: World, call: Call) -> dict[str, str]:
    """getMyName, getMyDescription, getMyShortDescription."""
    kind = _kind(call)
    words = world.profile.get(f"{kind} {_language(call)}".rstrip()) or world.profile.get(kind) or ""
    return {kind: words or (world.bot.name if kind == "name" else "")}


def _kind(call: Call) -> str:
    return {"Name": "name", "Description": "description", "ShortDescription": "short_description"}[call.method[5:]]


def set_menu_button(world: World, call: Call) -> bool:
    """setChatMenuButton."""
    menu = call.params.get("menu_button") or {"type": "default"}
    if menu.get("type") not in ("commands", "web_app", "default"):
        raise bad("MenuButton type is invalid")
    _keep(world, _menu_key(world, call), menu)
    return True


def get_menu_button(world: World, call: Call) -> dict[str, Any]:
    """getChatMenuButton."""
    menu: dict[str, Any] = world.profile.get(_menu_key(world, call)) or world.profile.get("menu") or {}
    return menu if menu.get("type", "default") != "default" else {"type": "commands"}


def _menu_key(world: World, call: Call) -> str:
    chat_id = call.params.get("chat_id")
    return "menu" if chat_id is None else f"menu {chat_named(world, chat_id).id}"


def _keep(world: World, key: str, value: Any) -> None:
    world.profile[key] = value
    world.happened("profile")
