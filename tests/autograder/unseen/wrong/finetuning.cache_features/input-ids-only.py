# MISTAKE: Passes on input_ids and leaves out the rest of the batch, such as the attention mask.
import torch


def cache_features(encoder, batches):
    modes = [(part, part.training) for part in encoder.modules()]
    try:
        encoder.eval()
        with torch.no_grad():
            return torch.cat([encoder(input_ids=batch["input_ids"])[:, 0] for batch in batches])
    finally:
        for part, mode in modes:
            part.training = mode
