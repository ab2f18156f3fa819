# MISTAKE: (two mistakes) A list of lists instead of a tensor, and a message without the value.
def causal_mask(seq_len):
    if seq_len < 1:
        raise ValueError("seq_len is too small")
    return [[j <= i for j in range(seq_len)] for i in range(seq_len)]
