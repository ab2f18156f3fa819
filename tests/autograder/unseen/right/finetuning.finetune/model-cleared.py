# RIGHT: clears the gradients with model.zero_grad()
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            model.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
