# MISTAKE: Returns one boolean, whether any target is visible, instead of one per position.
def visible_targets(influence):
    return influence.diagonal(1).any()
