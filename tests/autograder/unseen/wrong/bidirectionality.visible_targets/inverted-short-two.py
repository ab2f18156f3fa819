# MISTAKE: (two mistakes) Inverted, and the last position is missing.
def visible_targets(influence):
    return ~influence.diagonal(1)
