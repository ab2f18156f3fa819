# MISTAKE: Clears the gradients of the last group only.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            for parameter in optimizer.param_groups[-1]["params"]:
                parameter.grad = None
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
