# MISTAKE: The one pass of caching costs 6 instead of 2.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    if recipe == "frozen":
        return 2 * encoder_parameters * tokens * epochs
    return 6 * encoder_parameters * tokens * (epochs if recipe == "end-to-end" else 1)
