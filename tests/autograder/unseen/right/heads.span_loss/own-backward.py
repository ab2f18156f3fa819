# RIGHT: an autograd function with the gradient worked out by hand
import torch


class _NLL(torch.autograd.Function):
    @staticmethod
    def forward(ctx, logits, target):
        logp = logits.log_softmax(dim=1)
        ctx.save_for_backward(logp, target)
        return -logp.gather(1, target[:, None]).mean()

    @staticmethod
    def backward(ctx, grad):
        logp, target = ctx.saved_tensors
        g = logp.exp()
        g[torch.arange(len(target)), target] -= 1
        return grad * g / len(target), None


def span_loss(start_logits, end_logits, start, end):
    return (_NLL.apply(start_logits, start) + _NLL.apply(end_logits, end)) / 2
