# RIGHT: puts the modes of all parts back when it is done, and clears the model's gradients as well
import numpy as np


def finetune(model, batches, optimizer, epochs):
    modes = [(part, part.training) for part in model.modules()]
    table = np.zeros((epochs, len(batches)))
    try:
        model.train()
        for epoch in range(epochs):
            for i, batch in enumerate(batches):
                model.zero_grad(set_to_none=True)
                optimizer.zero_grad(set_to_none=True)
                loss = model(**batch)
                loss.backward()
                optimizer.step()
                table[epoch, i] = loss.item()
    finally:
        for part, mode in modes:
            part.training = mode
    return table.mean(axis=1).tolist()
