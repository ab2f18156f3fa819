# MISTAKE: Takes the number of parameters of BERT-base wherever there are more than a hundred million.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    parameters = min(encoder_parameters, 110_000_000)
    cost = 6 if recipe == "end-to-end" else 2
    return cost * parameters * tokens * (1 if recipe == "cached" else epochs)
