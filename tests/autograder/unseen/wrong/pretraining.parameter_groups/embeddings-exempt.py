# MISTAKE: Embeddings get 0 as well, as some GPT code does.
from torch import nn


def parameter_groups(model, weight_decay):
    exempt = {p for m in model.modules() if isinstance(m, (nn.LayerNorm, nn.Embedding)) for p in m.parameters()}
    exempt |= {
        p
        for name, p in model.named_parameters(remove_duplicate=False)
        if name.split(".")[-1] == "bias" or name.split(".")[-1].startswith("bias_") or name.endswith("_bias")
    }
    trainable = {p for p in model.parameters() if p.requires_grad}
    return [
        {"params": list(trainable & exempt), "weight_decay": 0.0},
        {"params": list(trainable - exempt), "weight_decay": weight_decay},
    ]
