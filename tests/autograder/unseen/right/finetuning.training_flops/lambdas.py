# RIGHT: a dict of functions
_COST = {
    "end-to-end": lambda p, t, e: 6 * p * t * e,
    "frozen": lambda p, t, e: 2 * p * t * e,
    "cached": lambda p, t, e: 2 * p * t,
}


def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in _COST:
        raise ValueError("recipe: " + str(recipe))
    return int(_COST[recipe](encoder_parameters, tokens, epochs))
