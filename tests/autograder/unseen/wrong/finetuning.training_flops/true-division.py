# MISTAKE: Divides and multiplies by floats: 6 is 2 / (1 / 3).
def training_flops(encoder_parameters, tokens, epochs, recipe):
    factors = {"end-to-end": 6 * epochs, "frozen": 2 * epochs, "cached": 2}
    if recipe not in factors:
        raise ValueError(f"no such recipe: {recipe}")
    return int(encoder_parameters * tokens * (factors[recipe] / 1))
