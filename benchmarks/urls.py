import urls as example
from django.urls import include, path

urlpatterns = [
    path("floor/", include("benchmarks.floor.urls")),
    *example.urlpatterns,
]
