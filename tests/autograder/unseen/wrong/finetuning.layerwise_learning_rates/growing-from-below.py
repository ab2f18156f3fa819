# MISTAKE: base_lr belongs to the embeddings and falls from there to the head's end, so that the bottom learns fastest.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    rates = [base_lr]
    while len(rates) < num_layers + 2:
        rates.append(rates[-1] * decay)
    return rates
