import urls as example
from django.urls import include, path

from benchmarks.floor.answering import nothing

urlpatterns = [
    path("floor/nothing", nothing),
    path("floor/forums/", include("benchmarks.forums.floor.urls")),
    path("floor/", include("benchmarks.help_requests.floor.urls")),
    *example.urlpatterns,
]
