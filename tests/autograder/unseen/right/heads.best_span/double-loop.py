# RIGHT: all pairs in two loops
def best_span(start_logits, end_logits, allowed, max_length):
    n = len(start_logits)
    best = None
    for s in range(n):
        for e in range(s, min(n, s + max_length)):
            if allowed[s] and allowed[e]:
                score = float(start_logits[s] + end_logits[e])
                if best is None or score > best[0]:
                    best = (score, s, e)
    if best is None:
        raise ValueError(f"no span of at most {max_length} tokens is allowed")
    return best[1], best[2]
