"""A QuickBooks Online on this machine: OAuth 2, the v3 API, a ledger, and faults."""
