# MISTAKE: The label at t is the token at t itself.
def next_token_labels(input_ids, attention_mask):
    return input_ids.masked_fill(~attention_mask, -100)
