"""Every read of payments."""

from tinhso.blocks.payments.queries.orders import by_ref, entered, for_payer, masked, state_of

__all__ = ["by_ref", "entered", "for_payer", "masked", "state_of"]
