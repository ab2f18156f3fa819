# RIGHT: a subclass of nn.Sequential with named children
from collections import OrderedDict

from torch import nn


class SequenceClassificationHead(nn.Sequential):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__(OrderedDict(dropout=nn.Dropout(p=dropout), classifier=nn.Linear(hidden_size, num_labels)))

    def forward(self, hidden):
        return super().forward(hidden[:, 0])
