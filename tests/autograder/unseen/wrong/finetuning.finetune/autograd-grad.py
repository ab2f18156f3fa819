# MISTAKE: Computes gradients with autograd.grad for trainable parameters; a frozen one keeps its stale gradient.
import torch


def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            loss = model(**batch)
            parameters = [each for each in model.parameters() if each.requires_grad]
            for each, gradient in zip(parameters, torch.autograd.grad(loss, parameters, allow_unused=True)):
                each.grad = gradient
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
