"""A second validator of templates: the requests that CloudFormation sends, against the service models of botocore.

Nothing here imports ``patching_constructs``, so that a mistake of the library cannot be a mistake of its validator.
"""
