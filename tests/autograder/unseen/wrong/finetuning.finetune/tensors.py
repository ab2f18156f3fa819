# MISTAKE: Returns tensors instead of floats.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        total = 0.0
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            total = total + loss.detach()
        history.append(total / len(batches))
    return history
