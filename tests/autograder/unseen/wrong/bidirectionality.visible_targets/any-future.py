# MISTAKE: True where output t sees any later token, not only t + 1. Shows where t + 2 or later is seen but t + 1 is not.
def visible_targets(influence):
    return influence.triu(diagonal=1).any(dim=1)
