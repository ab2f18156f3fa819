# RIGHT: match and case
def training_flops(encoder_parameters, tokens, epochs, recipe):
    forward = 2 * encoder_parameters * tokens
    match recipe:
        case "end-to-end":
            backward = 2 * forward
            return (forward + backward) * epochs
        case "frozen":
            return forward * epochs
        case "cached":
            return forward
        case _:
            raise ValueError(f"recipe {recipe} is not one of end-to-end, frozen, cached")
