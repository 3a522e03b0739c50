"""What a person was asked for when words came, so that the same words, if they come again, are an answer again."""

from sqlite3 import Connection


def keep(db: Connection, chat_id: int, update_id: int) -> None:
    """What was asked for last in this chat is kept with the words that may answer it; where it was kept with these
    words before, it is asked for again.
    """
    row = db.execute("select asking, heard from chats where chat_id = :id", {"id": chat_id}).fetchone()
    if row is None:
        return
    mine = f"{update_id}:"
    if row["heard"].startswith(mine):
        db.execute(
            "update chats set asking = :asking where chat_id = :id",
            {"id": chat_id, "asking": row["heard"].removeprefix(mine)},
        )
    elif row["asking"]:
        db.execute(
            "update chats set heard = :heard where chat_id = :id", {"id": chat_id, "heard": mine + row["asking"]}
        )
