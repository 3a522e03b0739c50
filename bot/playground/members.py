"""Methods that ask who is where."""

from typing import Any

from . import wire
from .params import Call
from .reach import chat_named, open_chat
from .refusals import bad
from .values import Chat, Member
from .world import World


def get_me(world: World, call: Call) -> dict[str, Any]:
    """getMe."""
    return wire.user(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, call: Call) -> dict[str, Any]:
    """getChat."""
    chat = chat_named(world, call.params.get("chat_id"))
    return wire.full_chat(world, chat if chat.kind == "private" else open_chat(world, call))


def get_member(world: World, call: Call) -> dict[str, Any]:
    """getChatMember. Who was never there is not found but by an administrator."""
    chat = open_chat(world, call)
    number = call.number("user_id")
    if number not in chat.members and not (chat.member(world.bot.id).administers and world.who(number)):
        raise bad("member not found" if world.who(number) else "user not found")
    return wire.member(world, chat.member(number))


def get_administrators(world: World, call: Call) -> list[dict[str, Any]]:
    """getChatAdministrators: without other bots."""
    chat = open_chat(world, call)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    return wire.members(world, [each for each in inside(chat) if each.administers])


def get_member_count(world: World, call: Call) -> int:
    """getChatMemberCount."""
    return len(inside(open_chat(world, call)))


def inside(chat: Chat) -> list[Member]:
    """Everybody who is in a chat now."""
    return [member for member in chat.members.values() if member.inside]


def get_profile_photos(world: World, call: Call) -> dict[str, Any]:
    """getUserProfilePhotos: nobody here has one."""
    if world.who(call.number("user_id")) is None:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}
