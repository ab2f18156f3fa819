# RIGHT: one group for every parameter, the tensor itself as "params"
import torch


def is_bias(name):
    return name == "bias" or name[-5:] == "_bias" or name[:5] == "bias_"


def parameter_groups(model, weight_decay):
    decay = {}
    for module in model.modules():
        norm = isinstance(module, torch.nn.LayerNorm)
        for name, parameter in module._parameters.items():
            if parameter is None or not parameter.requires_grad:
                continue
            own = 0.0 if norm or is_bias(name) else weight_decay
            decay[parameter] = 0.0 if decay.get(parameter) == 0.0 else own
    return [{"params": parameter, "weight_decay": value} for parameter, value in decay.items()]
