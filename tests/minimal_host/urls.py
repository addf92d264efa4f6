from django.contrib.auth import views as auth_views
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("accounts/login/", auth_views.LoginView.as_view(), name="login"),
    path("cms/", include(wagtailadmin_urls)),
    path("plugins/mentorship/v1/", include("wargame_mentorship.api.urls")),
    path("hilfe/", include("wargame_mentorship.urls")),
    path("", include("wargame_mentorship.web.moved")),
]
