# RIGHT: a loop over the examples
import torch


def span_loss(start_logits, end_logits, start, end):
    total = start_logits.new_zeros(())
    for row in range(start_logits.shape[0]):
        total = total - start_logits[row].log_softmax(0)[start[row]]
        total = total - end_logits[row].log_softmax(0)[end[row]]
    return total / (2 * start_logits.shape[0])
