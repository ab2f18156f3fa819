# MISTAKE: The cached features are counted anew in each epoch.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    return (6 if recipe == "end-to-end" else 2) * encoder_parameters * tokens * epochs
