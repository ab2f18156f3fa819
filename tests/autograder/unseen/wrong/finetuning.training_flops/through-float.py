# MISTAKE: Computes in floats and casts to int at the end: the last digits of large counts are wrong.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = 6.0 if recipe == "end-to-end" else 2.0
    return int(cost * encoder_parameters * tokens * (1 if recipe == "cached" else epochs))
