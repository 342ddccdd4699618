"""URLs of the shop: choosing seats, basket, orders, tickets."""

from django.urls import path

from .views import (
    account,
    availability,
    basket,
    cancellation,
    documents,
    hold,
    orders,
    pages,
    performance,
    reviews,
    send_again,
    ticket_changes,
    tickets,
)

app_name = "bookings"

urlpatterns = [
    path("performances/<int:pk>/", performance.performance_page, name="performance"),
    path(
        "performances/<int:pk>/calendar.ics",
        documents.performance_calendar,
        name="performance_calendar",
    ),
    path("performances/<int:pk>/visit.svg", pages.visit, name="performance_visit"),
    path("performances/<int:pk>/availability", availability.availability, name="availability"),
    path(
        "performances/<int:pk>/drawing/<slug:slug>/<str:content_hash>/",
        availability.drawing,
        name="drawing",
    ),
    path("performances/<int:pk>/colors/<str:content_hash>.css", availability.colors, name="colors"),
    path("performances/<int:pk>/hold/", hold.hold, name="hold"),
    path("visit.svg", pages.visit, name="visit"),
    path("basket/", basket.baskets, name="baskets"),
    path("basket/aside/<int:performance_id>/", basket.basket_aside, name="basket_aside"),
    path("basket/<str:token>/", basket.basket_page, name="basket"),
    path("basket/<str:token>/concessions/", basket.choose, name="basket_concessions"),
    path("basket/<str:token>/remove/", basket.remove, name="basket_remove"),
    path("basket/<str:token>/extend/", basket.extend, name="basket_extend"),
    path("basket/<str:token>/release/", basket.release, name="basket_release"),
    path("basket/<str:token>/again/", basket.again, name="basket_again"),
    path("invoice-fields/", basket.invoice_fields, name="invoice_fields"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/bookings.csv", orders.export, {"file_format": "csv"}, name="orders_csv"),
    path("orders/bookings.xlsx", orders.export, {"file_format": "xlsx"}, name="orders_xlsx"),
    path("orders/send-again/", send_again.send_again, name="send_again"),
    path("orders/<str:reference>/", orders.order_page, name="order"),
    path("orders/<str:reference>/state/", orders.order_state, name="order_state"),
    path("orders/<str:reference>/pay/", orders.pay, name="order_pay"),
    path("orders/<str:reference>/pay/page/", orders.pay_page, name="order_pay_page"),
    path("orders/<str:reference>/tickets.pdf", documents.order_pdf, name="order_pdf"),
    path(
        "orders/<str:reference>/tickets/<int:pk>.pdf", documents.ticket_page_pdf, name="ticket_pdf"
    ),
    path("orders/<str:reference>/calendar.ics", documents.order_calendar, name="order_calendar"),
    path("orders/<str:reference>/cancel/", cancellation.cancel, name="order_cancel"),
    path("orders/<str:reference>/change/", ticket_changes.change, name="order_change"),
    path("orders/<str:reference>/change/pay/", ticket_changes.pay, name="order_change_pay"),
    path("orders/<str:reference>/change/drop/", ticket_changes.drop, name="order_change_drop"),
    path("accounts/", account.account_page, name="account"),
    path("tickets/", tickets.ticket_list, name="ticket_list"),
    path("tickets/worker-<slug:language>.js", tickets.worker, name="ticket_worker"),
    path("tickets/app.webmanifest", tickets.manifest, name="ticket_manifest"),
    path("tickets/logged-out/", tickets.logged_out, name="tickets_logged_out"),
    path("tickets/<str:reference>/", tickets.ticket_page, name="tickets"),
    path("tickets/<str:reference>/state/", tickets.ticket_state, name="ticket_state"),
    path("accounts/data/", account.delete, name="personal_data"),
    path("accounts/data/concert.json", account.download, name="personal_data_download"),
    path("shows/<slug:slug>/review/", reviews.review, name="review"),
    path("shows/<slug:slug>/review/withdraw/", reviews.withdraw, name="review_withdraw"),
    path(".well-known/concert-ticket-key", pages.ticket_key, name="ticket_key"),
]
