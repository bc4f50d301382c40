"""The functions of PatchMonitoring: the asset that Lambda runs.

Each function is a package whose modules import each other relatively, so that they have the same imports here and in
Lambda, where this folder is the root. They need only the standard library and the boto3 of the runtime.
"""
