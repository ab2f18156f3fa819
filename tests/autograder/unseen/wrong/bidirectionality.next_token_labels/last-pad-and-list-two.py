# MISTAKE: (two mistakes) The pad token is the label at the last real token, and the result is a list of lists.
def next_token_labels(input_ids, attention_mask):
    out = []
    for ids, mask in zip(input_ids.tolist(), attention_mask.tolist()):
        out.append([ids[t + 1] if mask[t] and t + 1 < len(ids) else -100 for t in range(len(ids))])
    return out
