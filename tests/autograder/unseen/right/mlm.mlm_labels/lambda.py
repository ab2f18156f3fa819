# RIGHT: a lambda with where as a method
mlm_labels = lambda input_ids, selected: input_ids.where(selected, input_ids.new_tensor(-100))
