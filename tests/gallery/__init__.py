"""Very different cards as the demo's page shows them, in one picture."""
