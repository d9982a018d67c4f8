"""The API that clients of OpenAI speak: a wire over the same runs, keys, scopes and limits."""
