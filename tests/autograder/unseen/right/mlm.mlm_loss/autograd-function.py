# RIGHT: an autograd Function with the gradient written out
import torch


class _Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, labels):
        keep = labels != -100
        n = max(int(keep.sum()), 1)
        log_p = logits.log_softmax(-1)
        index = labels.clamp(min=0).unsqueeze(-1)
        ctx.save_for_backward(log_p, index, keep)
        ctx.n = n
        return -log_p.gather(-1, index).squeeze(-1).masked_fill(~keep, 0).sum() / n

    @staticmethod
    def backward(ctx, grad):
        log_p, index, keep = ctx.saved_tensors
        g = log_p.exp()
        g = g.scatter_add(-1, index, -torch.ones_like(index, dtype=g.dtype))
        return grad * g * keep.unsqueeze(-1) / ctx.n, None


def mlm_loss(logits, labels):
    return _Loss.apply(logits, labels)
