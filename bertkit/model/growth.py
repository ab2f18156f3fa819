"""Growing a trained model by fresh layers on top (stacking: Gong et al. 2019, "Efficient training of BERT")."""

import torch

from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.encoder import Layer

FRESH_OUTPUT = 0.1
"""Factor of a fresh layer's feed-forward output, so that it disturbs little of what the trained heads above read."""

Model = BertForMaskedLM | BertForPreTraining


def take_layers(grown: Model, trained: Model) -> Model:
    """Give a model the weights of one with fewer layers; its topmost layers, which that one lacks, stay fresh.

    Gong et al. copy the trained layers into the fresh ones. Here they keep their ordinary starting weights, but for a
    feed-forward output that is `FRESH_OUTPUT` of it: a head that attends to the other mention of a word grows out of a
    fresh layer and not out of one whose heads have a use already.

    Args:
        grown: with starting weights, of the same class and settings but for the number of layers; changed in place.
        trained: where its other weights come from.

    Returns:
        `grown`.

    Raises:
        ValueError: naming a setting in which the two differ, or where `grown` has fewer layers.
    """
    before, after = trained.config.to_dict(), grown.config.to_dict()
    fresh = range(before.pop("num_hidden_layers"), after.pop("num_hidden_layers"))
    for name, value in before.items():
        if after[name] != value:
            raise ValueError(f"{name} is {after[name]} in the grown model, but {value} in the trained one")
    if fresh.stop < fresh.start:
        raise ValueError(f"the grown model has {fresh.stop} layers, but the trained one {fresh.start}")
    grown.load_state_dict({**grown.state_dict(), **trained.state_dict()})
    for number in fresh:
        layer = grown.bert.layers[number]
        assert isinstance(layer, Layer)
        with torch.no_grad():
            layer.output.weight *= FRESH_OUTPUT
    return grown
