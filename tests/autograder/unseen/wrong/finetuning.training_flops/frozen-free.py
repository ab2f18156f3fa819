# MISTAKE: A frozen encoder costs nothing.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = {"end-to-end": 6, "frozen": 0, "cached": 2}[recipe]
    return cost * encoder_parameters * tokens * (1 if recipe == "cached" else epochs)
