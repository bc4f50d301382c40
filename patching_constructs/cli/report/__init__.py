"""What a compliance report is read from: the APIs of Systems Manager, a resource data sync, or an earlier report."""
