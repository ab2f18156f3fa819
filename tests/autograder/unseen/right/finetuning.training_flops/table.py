# RIGHT: a table of cost and number of passes
def training_flops(encoder_parameters, tokens, epochs, recipe):
    table = {"end-to-end": (6, epochs), "frozen": (2, epochs), "cached": (2, 1)}
    try:
        cost, passes = table[recipe]
    except (KeyError, TypeError):
        raise ValueError(f"no recipe of the name {recipe!r}") from None
    return cost * passes * encoder_parameters * tokens
