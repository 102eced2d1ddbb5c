"""The pages: what people look at, over the same functions as the interface; they work without JavaScript."""
