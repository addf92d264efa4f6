from django.apps import apps
from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.static import serve
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps import Sitemap as PageSitemap
from wagtail.contrib.sitemaps import views as sitemaps
from wagtail.documents import urls as wagtaildocs_urls

from people.views import SignIn
from showcase.views import ComponentsView
from wargame_mentorship.web.sitemaps import ForumTopicSitemap, HelpRequestSitemap

SITEMAPS = {
    "sitemaps": {"pages": PageSitemap, "help": HelpRequestSitemap, "forums": ForumTopicSitemap}
}

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("club/components/", ComponentsView.as_view(), name="components"),
    path("club/", include("social.urls")),
    # ---------------------------------------------------------------- wargame_mentorship
    path("api/", include("wargame_mentorship.api.urls")),
    path("community/", include("wargame_mentorship.urls")),
    path("sitemap.xml", sitemaps.index, {**SITEMAPS, "sitemap_url_name": "sitemap"}),
    path("sitemap-<section>.xml", sitemaps.sitemap, SITEMAPS, name="sitemap"),
    path("", include("wargame_mentorship.web.moved")),
    # ----------------------------------------------------------------------------------
    # With `settings.own_inbox` alone.
    *([path("inbox/", include("inbox.urls"))] if apps.is_installed("inbox") else []),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    # Avatars and editors' images. A real site leaves this to its web server.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("", include(wagtail_urls)),
]
