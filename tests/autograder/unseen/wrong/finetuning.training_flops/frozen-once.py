# MISTAKE: The frozen encoder runs once, as if it were cached.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    if recipe == "end-to-end":
        return 6 * encoder_parameters * tokens * epochs
    return 2 * encoder_parameters * tokens
