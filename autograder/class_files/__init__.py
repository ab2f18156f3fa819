"""A class's files: what it receives, and what it hands in."""
