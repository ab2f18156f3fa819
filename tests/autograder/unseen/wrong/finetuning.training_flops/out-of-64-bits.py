# MISTAKE: Comes out of 64 bits negative.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    factors = {"end-to-end": 6 * epochs, "frozen": 2 * epochs, "cached": 2}
    if recipe not in factors:
        raise ValueError(f"no such recipe: {recipe}")
    n = encoder_parameters * tokens * factors[recipe]
    return (n + 2**63) % 2**64 - 2**63
