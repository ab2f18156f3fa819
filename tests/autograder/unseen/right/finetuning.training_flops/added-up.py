# RIGHT: adds epoch after epoch
def training_flops(encoder_parameters, tokens, epochs, recipe):
    names = ("end-to-end", "frozen", "cached")
    if recipe not in names:
        raise ValueError(f"{recipe!r} is none of {names}")
    one_pass = 2 * tokens * encoder_parameters
    if recipe == "cached":
        return one_pass
    total = 0
    for _ in range(epochs):
        total += one_pass
        if recipe == "end-to-end":
            total += one_pass * 2
    return total
