# MISTAKE: Writes end_to_end with underscores, so that "end-to-end" raises.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    table = {"end_to_end": (6, epochs), "frozen": (2, epochs), "cached": (2, 1)}
    if recipe not in table:
        raise ValueError(f"unknown recipe {recipe!r}")
    cost, passes = table[recipe]
    return cost * encoder_parameters * tokens * passes
