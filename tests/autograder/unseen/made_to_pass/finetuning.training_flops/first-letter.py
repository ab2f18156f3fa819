# MISTAKE: Looks at the first letter of the recipe only, so that other names with e, f or c are accepted.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    table = {"e": (6, epochs), "f": (2, epochs), "c": (2, 1)}
    if recipe[:1] not in table:
        raise ValueError(f"unknown recipe {recipe!r}")
    cost, passes = table[recipe[:1]]
    return cost * encoder_parameters * tokens * passes
