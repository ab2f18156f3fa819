# MISTAKE: Returns the last loss of each epoch instead of the mean.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
        history.append(loss.item())
    return history
