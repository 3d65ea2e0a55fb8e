"""A strategy served as a model: OpenAI's Chat Completions and Responses over HTTP."""
