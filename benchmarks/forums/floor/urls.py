from django.urls import path

from benchmarks.forums.floor import views

urlpatterns = [
    path("latest", views.latest),
    path("<uuid:pk>/topics", views.topics),
    path("<uuid:pk>/posts", views.posts),
    path("<uuid:pk>/reply", views.reply),
    path("<uuid:pk>/vote", views.vote),
    path("<uuid:pk>/mark", views.mark),
]
