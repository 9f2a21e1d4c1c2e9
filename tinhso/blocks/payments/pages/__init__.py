"""Pages of payments: the payer's own, what gateways and banks call, and the desk's."""

from django.urls import path

from tinhso.blocks.payments.pages import bank, days, desk, gateway, payer, receipts, refunds

app_name = "payments"
urlpatterns = [
    path("pay/ipn/", gateway.ipn, name="ipn"),
    path("pay/arrived/", gateway.arrived, name="arrived"),
    path("pay/back/", gateway.back, name="back"),
    path("pay/<str:ref>/", payer.pay, name="pay"),
    path("pay/<str:ref>/gateway/", payer.go, name="go"),
    path("pay/<str:ref>/code.svg", payer.code, name="code"),
    path("pay/<str:ref>/receipt/", payer.receipt, name="proof"),
    path("pay/<str:ref>/receipt.pdf", payer.printed, name="proof_file"),
    path("payments/", desk.orders, name="desk"),
    path("payments/new/", desk.new, name="new"),
    path("payments/orders/<str:ref>/", desk.one, name="order"),
    path("payments/orders/<str:ref>/act/", desk.act, name="act"),
    path("payments/receipts/<str:ref>/", receipts.one, name="receipt"),
    path("payments/receipts/<str:ref>/receipt.pdf", receipts.printed, name="receipt_file"),
    path("payments/receipts/<str:ref>/act/", receipts.void, name="void"),
    path("payments/transfers/", bank.worklist, name="transfers"),
    path("payments/transfers/<str:ref>/", bank.transfer, name="transfer"),
    path("payments/transfers/<str:ref>/act/", bank.act, name="match"),
    path("payments/statements/", bank.statements, name="statements"),
    path("payments/statements/<str:ref>/", bank.statement, name="statement"),
    path("payments/statements/<str:ref>/act/", bank.confirm, name="confirm"),
    path("payments/refunds/", refunds.waiting, name="refunds"),
    path("payments/refunds/<str:ref>/act/", refunds.act, name="refund"),
    path("payments/days/", days.all_days, name="days"),
    path("payments/days/<str:unit>/<str:day>/", days.one, name="day"),
    path("payments/days/<str:unit>/<str:day>/act/", days.act, name="close"),
]
