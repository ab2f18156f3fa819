# MISTAKE: (two mistakes) Looks at token t - 1, and returns a list.
def visible_targets(influence):
    n = influence.shape[0]
    return [t > 0 and bool(influence[t, t - 1]) for t in range(n)]
