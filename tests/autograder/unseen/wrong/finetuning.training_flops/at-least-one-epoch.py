# MISTAKE: Counts at least one epoch.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    epochs = max(1, epochs)
    factors = {"end-to-end": 6 * epochs, "frozen": 2 * epochs, "cached": 2}
    if recipe not in factors:
        raise ValueError(f"no such recipe: {recipe}")
    return encoder_parameters * tokens * factors[recipe]
