# MISTAKE: Cuts the scores to whole numbers before comparing.
def best_span(start_logits, end_logits, allowed, max_length):
    best, pair = None, None
    for s in range(len(start_logits)):
        for e in range(s, min(len(end_logits), s + max_length)):
            score = int(start_logits[s] + end_logits[e])
            if allowed[s] and allowed[e] and (best is None or score > best):
                best, pair = score, (s, e)
    if pair is None:
        raise ValueError("no span is left")
    return pair
