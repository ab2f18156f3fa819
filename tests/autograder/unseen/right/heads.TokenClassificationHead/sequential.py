# RIGHT: nn.Sequential with names and no forward of its own
from collections import OrderedDict

from torch import nn


class TokenClassificationHead(nn.Sequential):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        layers = OrderedDict([("dropout", nn.Dropout(dropout)), ("classifier", nn.Linear(hidden_size, num_labels))])
        super().__init__(layers)
