"""The people of the demo: Anna, who is you, Ben and Cleo, and the group in which the three study."""

from . import acts
from .values import Person
from .world import World

NAMES = ("Anna", "Ben", "Cleo")
GROUP = "Study group"


def furnish(world: World) -> tuple[Person, ...]:
    """Put the three and their group into an empty world; Anna, who owns it, has just added the bot."""
    people = tuple(world.person(name, name.lower()) for name in NAMES)
    group = world.group(GROUP, people, administrators=people[:1], with_bot=False)
    world.post(group, people[0], kind="service", service={"group_chat_created": True})
    acts.add_bot(world, people[0], group)
    return people
