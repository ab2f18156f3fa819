# MISTAKE: An unknown recipe is a KeyError instead of a ValueError.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    cost, passes = {"end-to-end": (6, epochs), "frozen": (2, epochs), "cached": (2, 1)}[recipe]
    return cost * encoder_parameters * tokens * passes
