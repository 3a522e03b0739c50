"""`make bench`: how fast the bot is, each figure beside its floor, measured in the same run.

The real bot runs as a process of its own on one core, a Bot API server that only counts and the learners on another.
"""
