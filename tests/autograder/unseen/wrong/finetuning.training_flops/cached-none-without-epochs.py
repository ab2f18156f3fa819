# MISTAKE: With cached features nothing is counted where there are no epochs.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    factors = {"end-to-end": 6 * epochs, "frozen": 2 * epochs, "cached": 2 * min(1, epochs)}
    if recipe not in factors:
        raise ValueError(f"no such recipe: {recipe}")
    return encoder_parameters * tokens * factors[recipe]
