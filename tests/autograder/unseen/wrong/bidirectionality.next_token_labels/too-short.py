# MISTAKE: The result has T - 1 columns.
def next_token_labels(input_ids, attention_mask):
    return input_ids[:, 1:].masked_fill(~attention_mask[:, 1:], -100)
