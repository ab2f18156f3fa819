# MISTAKE: Cuts by the value of the last token of the row, taken as the pad id when the row has padding: a real token with that id before the end is dropped too.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.full_like(input_ids, -100)
    for b, row in enumerate(input_ids.tolist()):
        pad = row[-1] if not attention_mask[b, -1] else None
        for t in range(len(row) - 1):
            if row[t + 1] != pad:
                labels[b, t] = row[t + 1]
    return labels
