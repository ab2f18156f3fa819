# MISTAKE: The best score starts at 0: a span whose sum is negative is never taken.
def best_span(start_logits, end_logits, allowed, max_length):
    best, pair = 0.0, None
    for s in range(len(start_logits)):
        for e in range(s, min(len(end_logits), s + max_length)):
            score = float(start_logits[s] + end_logits[e])
            if allowed[s] and allowed[e] and score > best:
                best, pair = score, (s, e)
    if pair is None:
        raise ValueError("no span is left")
    return pair
