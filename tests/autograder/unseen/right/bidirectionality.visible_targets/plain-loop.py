# RIGHT: a loop over the positions
import torch


def visible_targets(influence):
    length = influence.shape[0]
    answer = torch.zeros(length, dtype=torch.bool)
    for t in range(length - 1):
        answer[t] = influence[t, t + 1]
    return answer
