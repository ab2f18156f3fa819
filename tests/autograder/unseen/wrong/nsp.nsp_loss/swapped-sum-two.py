# MISTAKE: (two mistakes) The classes are swapped, and the sum is taken.
def nsp_loss(logits, is_next):
    return -logits.log_softmax(-1).gather(1, is_next.long().unsqueeze(1)).sum()
