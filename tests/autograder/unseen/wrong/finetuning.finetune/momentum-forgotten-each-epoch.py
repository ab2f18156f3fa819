# MISTAKE: Throws the optimiser's state away at each epoch, momentum and all.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        optimizer.state.clear()
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
