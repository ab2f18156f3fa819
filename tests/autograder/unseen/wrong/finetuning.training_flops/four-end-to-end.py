# MISTAKE: End-to-end costs 4: the backward pass counts as much as the forward pass instead of twice.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = 4 if recipe == "end-to-end" else 2
    return cost * encoder_parameters * tokens * (1 if recipe == "cached" else epochs)
