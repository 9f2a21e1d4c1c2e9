"""Every read of payments."""

from tinhso.blocks.payments.queries.orders import by_ref, for_payer, ledger_balance, masked_name, state_of

__all__ = ["by_ref", "ledger_balance", "for_payer", "masked_name", "state_of"]
