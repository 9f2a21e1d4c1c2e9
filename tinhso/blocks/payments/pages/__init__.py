"""Pages of payments: the payer's own, what gateways and banks call, and the desk's."""

from django.urls import path

from tinhso.blocks.payments.pages import bank, days, desk, gateway, payer, receipts, refunds

app_name = "payments"
urlpatterns = [
    path("pay/ipn/", gateway.ipn, name="ipn"),
    path("pay/arrived/", gateway.bank_notice, name="arrived"),
    path("pay/back/", gateway.return_from_gateway, name="back"),
    path("pay/<str:ref>/", payer.payment_page, name="pay"),
    path("pay/<str:ref>/gateway/", payer.go_to_gateway, name="go"),
    path("pay/<str:ref>/code.svg", payer.vietqr_image, name="code"),
    path("pay/<str:ref>/receipt/", payer.payment_receipt_page, name="proof"),
    path("pay/<str:ref>/receipt.pdf", payer.payment_receipt_pdf, name="proof_file"),
    path("payments/", desk.orders_page, name="desk"),
    path("payments/new/", desk.new_order_page, name="new"),
    path("payments/orders/<str:ref>/", desk.order_page, name="order"),
    path("payments/orders/<str:ref>/act/", desk.act_on_order, name="act"),
    path("payments/receipts/<str:ref>/", receipts.receipt_page, name="receipt"),
    path("payments/receipts/<str:ref>/receipt.pdf", receipts.cash_receipt_pdf, name="receipt_file"),
    path("payments/receipts/<str:ref>/act/", receipts.void_receipt, name="void"),
    path("payments/transfers/", bank.transfers_page, name="transfers"),
    path("payments/transfers/<str:ref>/", bank.transfer_page, name="transfer"),
    path("payments/transfers/<str:ref>/act/", bank.act_on_transfer, name="match"),
    path("payments/statements/", bank.statements_page, name="statements"),
    path("payments/statements/<str:ref>/", bank.statement_page, name="statement"),
    path("payments/statements/<str:ref>/act/", bank.confirm_statement, name="confirm"),
    path("payments/refunds/", refunds.refunds_page, name="refunds"),
    path("payments/refunds/<str:ref>/act/", refunds.act_on_refund, name="refund"),
    path("payments/days/", days.all_days, name="days"),
    path("payments/days/<str:unit>/<str:day>/", days.day_page, name="day"),
    path("payments/days/<str:unit>/<str:day>/act/", days.act_on_day, name="close"),
]
