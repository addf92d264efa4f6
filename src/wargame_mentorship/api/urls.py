"""The API; a host mounts it with `include("wargame_mentorship.api.urls")`."""

from django.urls import path, re_path

from wargame_mentorship.api import (
    categories,
    flags,
    follows,
    moderation,
    notifications,
    photos,
    preferences,
)
from wargame_mentorship.api.base import NotThere
from wargame_mentorship.api.forums import (
    attention,
    drafting,
    finding,
    posts,
    steering,
    topics,
)
from wargame_mentorship.api.help_requests import answers, asking, queue
from wargame_mentorship.api.help_requests import views as help_requests

app_name = "wargame_mentorship_api"

urlpatterns = [
    path("help/requests", help_requests.HelpRequestList.as_view(), name="help-requests"),
    path("help/requests/<uuid:pk>", help_requests.HelpRequestDetail.as_view(), name="help-request"),
    path("help/requests/<uuid:pk>/responses", answers.ResponseList.as_view(), name="responses"),
    path("help/requests/<uuid:pk>/respond", answers.Respond.as_view(), name="respond"),
    path("help/requests/<uuid:pk>/needs-info", answers.NeedsInfo.as_view(), name="needs-info"),
    path("help/requests/<uuid:pk>/outcome", answers.Outcome.as_view(), name="outcome"),
    path("help/requests/<uuid:pk>/assign", help_requests.Assign.as_view(), name="assign"),
    path("help/requests/<uuid:pk>/accept", help_requests.Accept.as_view(), name="accept"),
    path("help/requests/<uuid:pk>/close", help_requests.Close.as_view(), name="close"),
    path("help/requests/<uuid:pk>/reopen", help_requests.Reopen.as_view(), name="reopen"),
    path("help/responses/<uuid:pk>", answers.ResponseDetail.as_view(), name="response"),
    path("help/responses/<uuid:pk>/helpful", answers.Helpful.as_view(), name="helpful"),
    path("help/requests/<uuid:pk>/solved-mine", asking.SolvedMine.as_view(), name="solved-mine"),
    path("help/categories", categories.CategoryList.as_view(), name="categories"),
    path("help/draft", asking.Draft.as_view(), name="draft"),
    path("help/requests/<uuid:pk>/mute", preferences.Mute.as_view(), name="mute"),
    path("help/similar", help_requests.Similar.as_view(), name="similar"),
    path("help/queue", queue.Queue.as_view(), name="queue"),
    path("help/follows", follows.FollowList.as_view(), name="follows"),
    path("help/categories/<slug:slug>/follow", follows.Follow.as_view(), name="follow"),
    path("forums/categories", topics.ForumCategoryList.as_view(), name="forum-categories"),
    path("forums/tags", finding.SuggestTags.as_view(), name="forum-tags"),
    path("forums/search", finding.SearchForums.as_view(), name="forum-search"),
    path("forums/similar", finding.SimilarTopics.as_view(), name="forum-similar"),
    path("forums/<uuid:pk>/topics", topics.ForumTopicList.as_view(), name="forum-topics"),
    path("forums/<uuid:pk>/mute", attention.MuteCategory.as_view(), name="forum-category-mute"),
    path("forums/<uuid:pk>/watch", attention.WatchCategory.as_view(), name="forum-category-watch"),
    path("forums/<uuid:pk>/read", attention.ReadCategory.as_view(), name="forum-category-read"),
    path("forums/bulk", steering.SteerMany.as_view(), name="forum-bulk"),
    path("forums/read", attention.ReadAll.as_view(), name="forums-read"),
    path("forums/draft", drafting.TopicDraft.as_view(), name="forum-draft"),
    path("forums/topics", topics.LatestTopics.as_view(), name="forum-latest"),
    path("forums/topics/<uuid:pk>", topics.ForumTopicDetail.as_view(), name="forum-topic"),
    path(
        "forums/topics/<uuid:pk>/versions",
        topics.ForumTopicVersions.as_view(),
        name="forum-topic-versions",
    ),
    path("forums/topics/<uuid:pk>/posts", posts.ForumPostList.as_view(), name="forum-posts"),
    path("forums/topics/<uuid:pk>/draft", drafting.ReplyDraft.as_view(), name="forum-reply-draft"),
    path("forums/topics/<uuid:pk>/accept", topics.AcceptPost.as_view(), name="forum-accept"),
    path("forums/topics/<uuid:pk>/mute", attention.MuteTopic.as_view(), name="forum-mute"),
    path("forums/topics/<uuid:pk>/watch", attention.WatchTopic.as_view(), name="forum-watch"),
    path("forums/topics/<uuid:pk>/read", attention.ReadTopic.as_view(), name="forum-read"),
    path("forums/topics/<uuid:pk>/pin", topics.Pin.as_view(), name="forum-pin"),
    path("forums/topics/<uuid:pk>/unpin", topics.Unpin.as_view(), name="forum-unpin"),
    path("forums/topics/<uuid:pk>/lock", topics.Lock.as_view(), name="forum-lock"),
    path("forums/topics/<uuid:pk>/unlock", topics.Unlock.as_view(), name="forum-unlock"),
    path("forums/topics/<uuid:pk>/move", topics.Move.as_view(), name="forum-move"),
    path("forums/topics/<uuid:pk>/merge", steering.Merge.as_view(), name="forum-merge"),
    path("forums/topics/<uuid:pk>/split", steering.Split.as_view(), name="forum-split"),
    path(
        "forums/topics/<uuid:pk>/duplicate-of",
        steering.DuplicateOf.as_view(),
        name="forum-duplicate-of",
    ),
    path(
        "forums/topics/<uuid:pk>/restore", topics.RestoreTopic.as_view(), name="forum-topic-restore"
    ),
    path("forums/posts/<uuid:pk>", posts.ForumPostDetail.as_view(), name="forum-post"),
    path(
        "forums/posts/<uuid:pk>/versions",
        posts.ForumPostVersions.as_view(),
        name="forum-post-versions",
    ),
    path("forums/posts/<uuid:pk>/helpful", posts.HelpfulPost.as_view(), name="forum-post-helpful"),
    path("forums/posts/<uuid:pk>/restore", posts.RestorePost.as_view(), name="forum-post-restore"),
    path("photos", photos.PhotoUpload.as_view(), name="photos"),
    path("photos/<uuid:pk>", photos.PhotoDetail.as_view(), name="photo"),
    path(
        "photos/<uuid:pk>/<str:size>-<str:url_key>.<str:extension>",
        photos.PhotoFile.as_view(),
        name="photo-file",
    ),
    path("notifications", notifications.NotificationList.as_view(), name="notifications"),
    path("notifications/read", notifications.NotificationRead.as_view(), name="notifications-read"),
    path(
        "notifications/preferences",
        preferences.Preferences.as_view(),
        name="notification-preferences",
    ),
    path("moderation/held", moderation.HeldList.as_view(), name="held"),
    path("moderation/held/<uuid:pk>/approve", moderation.Approve.as_view(), name="approve"),
    path("moderation/held/<uuid:pk>/reject", moderation.Reject.as_view(), name="reject"),
    path("flags", flags.FlagList.as_view(), name="flags"),
    path("moderation/cases", flags.CaseList.as_view(), name="cases"),
    path("moderation/cases/<uuid:pk>/claim", flags.ClaimCase.as_view(), name="claim-case"),
    path("moderation/cases/<uuid:pk>/release", flags.ReleaseCase.as_view(), name="release-case"),
    path("moderation/cases/<uuid:pk>/uphold", flags.UpholdCase.as_view(), name="uphold-case"),
    path("moderation/cases/<uuid:pk>/dismiss", flags.DismissCase.as_view(), name="dismiss-case"),
    path("moderation/cases/<uuid:pk>/reopen", flags.ReopenCase.as_view(), name="reopen-case"),
    path("moderation/bulk", moderation.DecideMany.as_view(), name="bulk"),
    path("moderation/hide", moderation.Hide.as_view(), name="hide"),
    path("moderation/restore", moderation.Restore.as_view(), name="restore"),
    # Whatever else somebody asks for below our own names, before a host's catch-all (Wagtail's
    # pages, a redirect to a trailing slash) answers it.
    re_path(
        r"^(?:flags|forums|help|moderation|photos|notifications)/",
        NotThere.as_view(),
        name="not-there",
    ),
]
