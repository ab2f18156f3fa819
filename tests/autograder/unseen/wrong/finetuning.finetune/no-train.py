# MISTAKE: Does not switch to training mode: a model in evaluation mode trains without dropout.
def finetune(model, batches, optimizer, epochs):
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
