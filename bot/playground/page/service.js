// What Telegram says between the messages: who came, who left, what a group is called now.
import { nameOf, world } from "./world.js";

const names = (people) => people.map((person) => nameOf(person.id)).join(", ");

export function serviceWords({ service, from }) {
  const who = nameOf(from);
  if (service.new_chat_members) {
    const came = service.new_chat_members;
    return came.some((person) => person.id === from) ? `${who} joined the group` : `${who} added ${names(came)}`;
  }
  if (service.left_chat_member) {
    const left = service.left_chat_member;
    return left.id === from ? `${who} left the group` : `${who} removed ${names([left])}`;
  }
  if (service.group_chat_created || service.supergroup_chat_created) return `${who} created the group`;
  if (service.new_chat_title) return `${who} changed the group's name to ${service.new_chat_title}`;
  if (service.migrate_to_chat_id || service.migrate_from_chat_id) return "The group became a supergroup";
  if (service.pinned_message) return `${who} pinned a message`;
  if (service.forum_topic_created) return `${who} opened the topic ${service.forum_topic_created.name}`;
  if (service.forum_topic_closed) return `${who} closed the topic`;
  if (service.forum_topic_reopened) return `${who} opened the topic again`;
  return `${who} changed something in ${world.bot.name}'s chat`;
}
