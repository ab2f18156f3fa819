# RIGHT: dropout over all positions before position 0 is taken
from torch import nn


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        dropped = self.dropout(hidden)
        return self.classifier(dropped.narrow(1, 0, 1).squeeze(1))
