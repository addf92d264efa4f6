"""The pages; a host mounts them with `include("wargame_mentorship.urls")`."""

from django.urls import path
from django.views.generic import RedirectView

from wargame_mentorship.web import (
    flags,
    fragments,
    moderation,
    notifications,
    photos,
    preferences,
    sanctions,
)
from wargame_mentorship.web.forums import (
    acting,
    posting,
    starting,
    steering,
    topic,
    versions,
)
from wargame_mentorship.web.forums import drafting as forum_drafting
from wargame_mentorship.web.forums import feeds as forum_feeds
from wargame_mentorship.web.forums import fragments as forum_fragments
from wargame_mentorship.web.forums import latest as forum_latest
from wargame_mentorship.web.forums import listing as forum_listing
from wargame_mentorship.web.help_requests import (
    answering,
    asking,
    detail,
    drafting,
    feeds,
    listing,
    moderating,
    moving,
    outcome,
    queue,
    revising,
    similar,
)

app_name = "wargame_mentorship"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="wargame_mentorship:help-requests"), name="index"),
    path("help/", listing.ListView.as_view(), name="help-requests"),
    path("help/feed/", feeds.QuestionsFeed.as_view(), name="feed"),
    path("help/queue/", queue.QueueView.as_view(), name="queue"),
    path("help/queue/<uuid:pk>/<slug:action>/", queue.ActView.as_view(), name="act-on-queue"),
    path("help/follow/", queue.FollowView.as_view(), name="follow-category"),
    path("help/ask/", asking.AskView.as_view(), name="ask-help-request"),
    path("help/ask/draft/", drafting.DraftView.as_view(), name="help-request-draft"),
    path("help/similar/", similar.SimilarView.as_view(), name="similar-help-requests"),
    path("help/<uuid:pk>/", detail.DetailView.as_view(), name="help-request"),
    path(
        "help/<uuid:pk>/respond/",
        answering.RespondView.as_view(),
        name="respond-help-request",
    ),
    path(
        "help/<uuid:pk>/responses/<uuid:response_pk>/helpful/",
        answering.HelpfulView.as_view(),
        name="helpful-response",
    ),
    path("help/<uuid:pk>/feed/", feeds.AnswersFeed.as_view(), name="help-request-feed"),
    path(
        "help/<uuid:pk>/responses/<uuid:response_pk>/edit/",
        revising.EditResponseView.as_view(),
        name="edit-response",
    ),
    path(
        "help/<uuid:pk>/responses/<uuid:response_pk>/delete/",
        revising.DeleteResponseView.as_view(),
        name="delete-response",
    ),
    path("help/<uuid:pk>/needs-info/", answering.AskBackView.as_view(), name="ask-back"),
    path("help/<uuid:pk>/outcome/", outcome.OutcomeView.as_view(), name="tell-outcome"),
    path(
        "help/<uuid:pk>/outcome/withdraw/",
        outcome.WithdrawOutcomeView.as_view(),
        name="withdraw-outcome",
    ),
    path("help/<uuid:pk>/edit/", asking.EditView.as_view(), name="edit-help-request"),
    path(
        "help/<uuid:pk>/solved-mine/",
        similar.SolvedMineView.as_view(),
        name="solved-mine",
    ),
    path(
        "help/<uuid:pk>/moderate/<slug:action>/",
        moderating.ModerateView.as_view(),
        name="moderate-help-request",
    ),
    path(
        "help/<uuid:pk>/mute/", preferences.MuteHelpRequestView.as_view(), name="mute-help-request"
    ),
    path(
        "help/<uuid:pk>/<slug:action>/",
        moving.ActionView.as_view(),
        name="act-on-help-request",
    ),
    path("forums/", forum_listing.ForumsView.as_view(), name="forums"),
    path("forums/topics/<uuid:pk>/<slug:slug>/", topic.TopicView.as_view(), name="forum-topic"),
    path("forums/search/", forum_listing.SearchView.as_view(), name="search-forums"),
    path("forums/steer/", steering.SteerTopicsView.as_view(), name="steer-topics"),
    path("forums/split/<uuid:pk>/", steering.SplitTopicView.as_view(), name="split-topic"),
    path("forums/restore/<uuid:pk>/", steering.RestoreTopicView.as_view(), name="restore-topic"),
    path(
        "forums/versions/<uuid:pk>/",
        versions.TopicVersionsView.as_view(),
        name="versions-of-topic",
    ),
    path("forums/reply/<uuid:pk>/", posting.ReplyView.as_view(), name="reply-topic"),
    path(
        "forums/reply/<uuid:pk>/draft/",
        forum_drafting.ReplyDraftView.as_view(),
        name="reply-draft",
    ),
    path("forums/edit/<uuid:pk>/", starting.EditTopicView.as_view(), name="edit-topic"),
    path("forums/delete/<uuid:pk>/", starting.DeleteTopicView.as_view(), name="delete-topic"),
    path(
        "forums/act/<uuid:pk>/<slug:action>/", acting.ActOnTopicView.as_view(), name="act-on-topic"
    ),
    path(
        "forums/moderate/<uuid:pk>/<slug:action>/",
        acting.ModerateTopicView.as_view(),
        name="moderate-topic",
    ),
    path("forums/attend/<uuid:pk>/", preferences.AttendTopicView.as_view(), name="attend-topic"),
    path(
        "forums/categories/<uuid:pk>/attend/",
        preferences.AttendForumView.as_view(),
        name="attend-forum",
    ),
    path(
        "forums/categories/<uuid:pk>/read/",
        forum_latest.ReadForumView.as_view(),
        name="read-forum",
    ),
    path("forums/read/", forum_latest.ReadForumsView.as_view(), name="read-forums"),
    path("forums/lists/latest/feed/", forum_feeds.LatestFeed.as_view(), name="forums-feed"),
    path("forums/<slug:slug>/feed/", forum_feeds.CategoryFeed.as_view(), name="forum-feed"),
    path("forums/feeds/<uuid:pk>/", forum_feeds.RepliesFeed.as_view(), name="topic-feed"),
    path("forums/lists/<slug:name>/", forum_latest.LatestView.as_view(), name="forum-list"),
    path("forums/posts/<uuid:pk>/edit/", posting.EditPostView.as_view(), name="edit-post"),
    path("forums/posts/<uuid:pk>/delete/", posting.DeletePostView.as_view(), name="delete-post"),
    path(
        "forums/posts/<uuid:pk>/versions/",
        versions.PostVersionsView.as_view(),
        name="versions-of-post",
    ),
    path("forums/posts/<uuid:pk>/helpful/", posting.HelpfulPostView.as_view(), name="helpful-post"),
    path("forums/posts/<uuid:pk>/restore/", posting.RestorePostView.as_view(), name="restore-post"),
    path("forums/<slug:slug>/", forum_listing.CategoryView.as_view(), name="forum-category"),
    path("forums/<slug:slug>/start/", starting.StartView.as_view(), name="start-topic"),
    path(
        "forums/<slug:slug>/start/draft/",
        forum_drafting.TopicDraftView.as_view(),
        name="start-topic-draft",
    ),
    path("photos/", photos.UploadView.as_view(), name="upload-photo"),
    path(
        "fragments/help-request-card/<uuid:pk>/",
        fragments.HelpRequestCardView.as_view(),
        name="help-request-card-fragment",
    ),
    path(
        "fragments/forum-category-list/",
        fragments.ForumCategoryListView.as_view(),
        name="forum-category-list-fragment",
    ),
    path(
        "fragments/topic-detail/<uuid:pk>/",
        forum_fragments.TopicDetailView.as_view(),
        name="topic-detail-fragment",
    ),
    path(
        "fragments/similar-topics/",
        forum_fragments.SimilarTopicsView.as_view(),
        name="similar-topics",
    ),
    path("fragments/tags/", forum_fragments.SuggestTagsView.as_view(), name="suggest-tags"),
    path(
        "fragments/help-request-form/",
        fragments.HelpRequestFormView.as_view(),
        name="help-request-form-fragment",
    ),
    path("flags/", flags.FlagsView.as_view(), name="flags"),
    path("flags/<slug:kind>/<uuid:pk>/", flags.ReportView.as_view(), name="report"),
    path("moderation/cases/", flags.CasesView.as_view(), name="cases"),
    path("moderation/appeals/", sanctions.AppealsView.as_view(), name="appeals"),
    path("moderation/people/<str:key>/", sanctions.PersonView.as_view(), name="person"),
    path("standing/", sanctions.StandingView.as_view(), name="standing"),
    path("moderation/", moderation.WaitingView.as_view(), name="moderation"),
    path("notifications/", notifications.ListView.as_view(), name="notifications"),
    path("notifications/read/", notifications.ReadView.as_view(), name="read-notifications"),
    path(
        "notifications/preferences/",
        preferences.PreferencesView.as_view(),
        name="notification-preferences",
    ),
    path(
        "notifications/unsubscribe/<str:token>/",
        preferences.UnsubscribeView.as_view(),
        name="unsubscribe",
    ),
]
