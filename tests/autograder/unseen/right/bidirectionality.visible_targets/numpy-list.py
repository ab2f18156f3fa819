# RIGHT: through numpy and a list
import numpy as np

import torch


def visible_targets(influence):
    m = influence.numpy()
    return torch.from_numpy(np.append(np.diagonal(m, 1), False))
