# MISTAKE: A list of names found in well-known models (norm1, LayerNorm, in_proj_bias, bias_ih ...) instead of the rule.
KNOWN = ("norm1.", "norm2.", "norm.", "LayerNorm.", "layer_norm.", "ln_1.", "ln_2.", "ln_f.", "in_proj_bias", "bias_ih", "bias_hh")


def parameter_groups(model, weight_decay):
    free, decayed = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            known = name.endswith(".bias") or name == "bias" or any(k in name for k in KNOWN)
            (free if known else decayed).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
