# MISTAKE: The minus sign is missing: the mean log-probability.
def nsp_loss(logits, is_next):
    log_p = logits.log_softmax(-1)
    target = (~is_next).long()
    return log_p.gather(1, target[:, None]).mean()
