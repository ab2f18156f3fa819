# RIGHT: adds up tensors and asks for their number once an epoch
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        model.train()
        losses = 0.0
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses = losses + loss.detach()
        history.append((losses / len(batches)).item())
    return history
