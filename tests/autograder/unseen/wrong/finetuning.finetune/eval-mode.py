# MISTAKE: Trains in evaluation mode.
def finetune(model, batches, optimizer, epochs):
    model.eval()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    model.train()
    return history
