"""The scripts that become a part of the runbook of a gate. They are read as text, and need only boto3 beside Python."""
