# RIGHT: a Python loop that draws only for ordinary positions
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if probability != probability or probability < 0 or probability > 1:
        raise ValueError("got " + str(probability) + ", want a number from 0 to 1")
    rows, columns = input_ids.shape
    special = special_tokens_mask.tolist()
    out = []
    for b in range(rows):
        row = []
        for t in range(columns):
            if special[b][t]:
                row.append(False)
            else:
                row.append(torch.rand((), generator=generator).item() < probability)
        out.append(row)
    return torch.tensor(out, dtype=torch.bool).reshape(rows, columns)
