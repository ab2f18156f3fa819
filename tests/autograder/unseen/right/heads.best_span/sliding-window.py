# RIGHT: for each end, the best start of a sliding window, kept in a deque
from collections import deque


def best_span(start_logits, end_logits, allowed, max_length):
    s, e, ok = start_logits.tolist(), end_logits.tolist(), allowed.tolist()
    window = deque()
    best_score, best = None, None
    if max_length >= 1:
        for j in range(len(e)):
            if not ok[j]:
                continue
            while window and s[window[-1]] <= s[j]:
                window.pop()
            window.append(j)
            while window[0] <= j - max_length:
                window.popleft()
            score = s[window[0]] + e[j]
            if best is None or score > best_score:
                best_score, best = score, (window[0], j)
    if best is None:
        raise ValueError("there is no allowed span")
    return best
