"""Back ends: where what was made goes."""
