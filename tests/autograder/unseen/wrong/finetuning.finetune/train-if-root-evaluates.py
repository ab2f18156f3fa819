# MISTAKE: Switches to training only where the model itself is in evaluation mode.
def finetune(model, batches, optimizer, epochs):
    if not model.training:
        model.train()
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
    return history
