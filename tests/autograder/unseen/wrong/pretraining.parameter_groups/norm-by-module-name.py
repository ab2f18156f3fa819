# MISTAKE: Knows LayerNorm by "LayerNorm" in the name, as in old BERT code: modules called otherwise are missed.
NO_DECAY = ("bias", "LayerNorm.weight", "LayerNorm.bias")


def is_free(name):
    own = name.split(".")[-1]
    return own == "bias" or own.endswith("_bias") or own.startswith("bias_") or any(k in name for k in NO_DECAY[1:])


def parameter_groups(model, weight_decay):
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for n, p in named if not is_free(n)], "weight_decay": weight_decay},
        {"params": [p for n, p in named if is_free(n)], "weight_decay": 0.0},
    ]
