"""What counts as evidence that a window ran and that its nodes are patched, and the function that watches for it.

The function runs this package alone in AWS Lambda, without the rest of the library. So its modules import each other
relatively, and otherwise only the standard library and, where the function begins, boto3.
"""
