"""What can be said of a text without a language model, by engines that name themselves."""
