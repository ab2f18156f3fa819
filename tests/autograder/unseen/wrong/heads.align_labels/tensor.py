# MISTAKE: Returns a tensor instead of a list of ints.
import torch


def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
        previous = word
    return torch.tensor(out, dtype=torch.long)
