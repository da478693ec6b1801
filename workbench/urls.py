"""All addresses: the app's own and the sign-in pages that are used."""

from allauth.account import views as account
from django.urls import include, path
from django.views.i18n import set_language

handler400 = "coding.views.errors.bad_request"
handler403 = "coding.views.errors.forbidden"
handler404 = "coding.views.errors.not_found"
handler500 = "coding.views.errors.server_error"

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("language/", set_language, name="set_language"),
    path("", include("coding.urls")),
]
