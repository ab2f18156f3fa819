"""How good a model is: metrics, what nobody can beat, and what it looks at."""
