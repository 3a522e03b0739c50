"""What people can ask: one function each, one transaction each.

Every function takes the `Desk` of its transaction first and returns a plain value; `Tutor.do` runs it.
"""

from bot.tutor.desk import Desk, Tutor

__all__ = ["Desk", "Tutor"]
