"""The check in what a class receives: an exercise's example and its visible cases, and nothing hidden."""
