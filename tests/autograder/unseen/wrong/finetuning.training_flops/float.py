# MISTAKE: Returns a float, which has no place for all digits.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = 6.0 if recipe == "end-to-end" else 2.0
    return cost * encoder_parameters * tokens * (1 if recipe == "cached" else epochs)
