# MISTAKE: Returns nested lists, not tensors.
def pad_batch(sequences, pad_id):
    if not sequences:
        raise ValueError("no sequences")
    t = max(len(s) for s in sequences)
    ids = [list(s) + [pad_id] * (t - len(s)) for s in sequences]
    mask = [[True] * len(s) + [False] * (t - len(s)) for s in sequences]
    return ids, mask
