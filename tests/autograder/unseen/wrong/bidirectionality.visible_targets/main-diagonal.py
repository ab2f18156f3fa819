# MISTAKE: Off by one: whether output t sees token t itself. Shows wherever a position sees itself but not the next, the last position included.
def visible_targets(influence):
    return influence.diagonal().clone()
