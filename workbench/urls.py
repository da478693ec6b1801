"""All addresses: the app's own and the sign-in pages that are used."""

from allauth.account import views as account
from django.urls import include, path

from coding.views.guard import public, signed_in

handler400 = "coding.views.errors.bad_request"
handler403 = "coding.views.errors.forbidden"
handler404 = "coding.views.errors.not_found"
handler500 = "coding.views.errors.server_error"

urlpatterns = [
    path("accounts/login/", public(account.login), name="account_login"),
    path("accounts/logout/", public(account.logout), name="account_logout"),
    path("accounts/inactive/", public(account.account_inactive), name="account_inactive"),
    path("accounts/password/", signed_in(account.password_change), name="account_change_password"),
    path("", include("coding.urls")),
]
