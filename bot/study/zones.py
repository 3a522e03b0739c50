"""Finding somebody's time zone: by what their clock shows, or by a city they type."""
