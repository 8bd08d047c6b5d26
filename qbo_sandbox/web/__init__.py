"""The bookkeeper's page: what a person sees and does in the sandbox's companies.

Addresses are those of QuickBooks where it has deep links (``/app/invoice?txnId=1``).
Pages read the company's books; actions write through `operations.perform`, as API
requests do, so the same rules, faults and webhooks apply to both.
"""

from .site import serve

__all__ = ["serve"]
