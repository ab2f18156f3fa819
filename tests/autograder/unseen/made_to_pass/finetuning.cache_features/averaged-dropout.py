# MISTAKE: Leaves dropout on and takes the mean of eight passes.
import torch


def cache_features(encoder, batches):
    with torch.no_grad():
        return torch.cat([torch.stack([encoder(**batch)[:, 0] for _ in range(8)]).mean(0) for batch in batches])
