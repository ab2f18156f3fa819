# MISTAKE: All selected tokens become [MASK]; there are no random and no kept ones.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    return input_ids.masked_fill(selected, mask_token_id)
