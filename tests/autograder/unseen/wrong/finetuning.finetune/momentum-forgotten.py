# MISTAKE: Throws the optimiser's state of before the call away.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    optimizer.state.clear()
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
