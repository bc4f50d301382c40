"""From a template to the code of constructs that synthesize to the same resources.

A template becomes a plan, and a plan becomes a Python module. Nothing here imports the CDK.
"""
