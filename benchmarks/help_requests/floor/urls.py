from django.urls import path

from benchmarks.help_requests.floor import views

urlpatterns = [
    path("list", views.list_json),
    path("list.html", views.list_html),
    path("search", views.search_json),
    path("search.html", views.search_html),
    path("similar", views.similar_json),
    path("ask", views.ask),
    path("respond/<uuid:pk>", views.respond),
    path("vote/<uuid:pk>", views.vote),
    path("detail/<uuid:pk>", views.detail_json),
    path("detail.html/<uuid:pk>", views.detail_html),
]
