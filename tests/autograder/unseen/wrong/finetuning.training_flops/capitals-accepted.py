# MISTAKE: Accepts recipes in capitals, which are other recipes.
def training_flops(encoder_parameters, tokens, epochs, recipe):
    recipe = str(recipe).lower()
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = 6 if recipe == "end-to-end" else 2
    return cost * encoder_parameters * tokens * (1 if recipe == "cached" else epochs)
