# MISTAKE: A frozen encoder costs as much as a trained one.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    if recipe == "cached":
        return 2 * encoder_parameters * tokens
    return 6 * encoder_parameters * tokens * epochs
