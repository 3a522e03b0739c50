"""What is said of recordings."""


class EnglishSounds:
    """The words beside what is heard."""

    recording = "Recording"
    """What a recording is called where it stands: its own name may be the answer."""
    hear = "Hear it"
    sound_for_all = "What is to be heard follows for all when the card closes."

    def sound_missing(self, name: str) -> str:
        """In the place of a recording that is not there or is none; without its name where that may tell the answer."""
        return f"[sound missing: {name}]" if name else "[sound missing]"
