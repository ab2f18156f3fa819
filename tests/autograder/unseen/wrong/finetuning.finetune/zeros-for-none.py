# MISTAKE: set_to_none=False makes a zero of a frozen parameter's stale gradient, and weight decay then moves that parameter.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad(set_to_none=False)
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
