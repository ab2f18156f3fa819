# RIGHT: one if for each recipe
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe == "end-to-end":
        return 6 * encoder_parameters * tokens * epochs
    if recipe == "frozen":
        return 2 * encoder_parameters * tokens * epochs
    if recipe == "cached":
        return 2 * encoder_parameters * tokens
    raise ValueError(f"unknown recipe: {recipe!r}")
