# RIGHT: torch.autograd.grad, and gradients set by hand
import torch


def finetune(model, batches, optimizer, epochs):
    trained = [p for group in optimizer.param_groups for p in group["params"] if p.requires_grad]
    every = [p for group in optimizer.param_groups for p in group["params"]]
    model.train()
    result = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            loss = model(**batch)
            grads = torch.autograd.grad(loss, trained, allow_unused=True)
            for p in every:
                p.grad = None
            for p, g in zip(trained, grads):
                p.grad = g
            optimizer.step()
            losses.append(loss.detach())
        result.append(torch.stack(losses).double().mean().item())
    return result
