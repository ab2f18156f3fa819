# MISTAKE: Caching costs nothing: the one forward pass is forgotten.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = {"end-to-end": 6, "frozen": 2, "cached": 0}[recipe]
    return cost * encoder_parameters * tokens * epochs
