# MISTAKE: Takes every other recipe for cached instead of raising.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe == "end-to-end":
        return 6 * encoder_parameters * tokens * epochs
    elif recipe == "frozen":
        return 2 * encoder_parameters * tokens * epochs
    else:
        return 2 * encoder_parameters * tokens
