# RIGHT: the usual one, the tie made before anything else
import torch.nn as nn


class MLMHead(nn.Module):
    def __init__(self, hidden_size, token_embeddings):
        super(MLMHead, self).__init__()
        vocab_size, width = token_embeddings.weight.shape
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.act = nn.GELU()
        self.norm = nn.LayerNorm(hidden_size, 1e-12)
        self.decoder = nn.Linear(width, vocab_size, bias=False)
        self.decoder.weight = token_embeddings.weight
        self.decoder.bias = nn.Parameter(token_embeddings.weight.new_zeros(vocab_size))

    def forward(self, hidden):
        return self.decoder(self.norm(self.act(self.dense(hidden))))
