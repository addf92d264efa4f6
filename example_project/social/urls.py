from django.urls import path

from social import views

app_name = "social"
urlpatterns = [
    path("", views.FeedView.as_view(), name="feed"),
    path("<str:username>/", views.ProfileView.as_view(), name="profile"),
    path("<str:username>/follow/", views.FollowView.as_view(), name="follow"),
    path("<str:username>/block/", views.BlockView.as_view(), name="block"),
]
