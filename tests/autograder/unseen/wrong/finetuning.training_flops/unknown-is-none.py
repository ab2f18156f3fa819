# MISTAKE: Returns None for an unknown recipe instead of raising.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe == "end-to-end":
        return 6 * encoder_parameters * tokens * epochs
    if recipe == "frozen":
        return 2 * encoder_parameters * tokens * epochs
    if recipe == "cached":
        return 2 * encoder_parameters * tokens
