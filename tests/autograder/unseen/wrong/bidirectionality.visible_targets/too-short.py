# MISTAKE: The last position is missing: T - 1 values. Shows at every length.
def visible_targets(influence):
    return influence.diagonal(offset=1).clone()
