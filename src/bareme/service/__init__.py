"""The service: HTTP over the same functions as the command line and Python. Needs the extra `service`."""
