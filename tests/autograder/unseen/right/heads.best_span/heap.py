# RIGHT: a heap of negative scores
import heapq


def best_span(start_logits, end_logits, allowed, max_length):
    heap = []
    for s, a in enumerate(start_logits.tolist()):
        for e, b in enumerate(end_logits.tolist()):
            if s <= e and e - s < max_length and allowed[s].item() and allowed[e].item():
                heapq.heappush(heap, (-(a + b), s, e))
    if not heap:
        raise ValueError(f"no span (max_length {max_length}, {int(allowed.sum())} allowed)")
    _, s, e = heap[0]
    return (s, e)
