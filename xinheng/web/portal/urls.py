"""Addresses of the portal (门户地址)."""

from django.urls import include, path

from xinheng.web.portal import (
    lists,
    log,
    lookups,
    measures,
    progress,
    records,
    reference,
    sitemap,
    statics,
    verify,
)

urlpatterns = [
    path("", lookups.home, name="home"),
    path("search", lookups.search, name="search"),
    path("s/<str:code>.json", lookups.subject_json, name="subject-json"),
    path("s/<str:code>", lookups.subject, name="subject"),
    path("s/<str:code>/r/<str:record>", records.record, name="record"),
    path("catalog/", reference.catalog, name="catalog"),
    path("catalog/<str:code>", reference.catalog_item, name="catalog-item"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<str:code>/", lists.of_list, name="list"),
    path("measures/", measures.measures, name="measures"),
    path("policies/", reference.policies, name="policies"),
    path("policies/<str:instrument_id>", reference.policy, name="policy"),
    path("plan/", reference.plan, name="plan"),
    path("verify/", verify.verify, name="verify"),
    path("verify/answer/<str:reference>", verify.answered, name="verify-answer"),
    path("verify/<str:code>", verify.scanned, name="verify-code"),
    path("progress/", progress.progress, name="progress"),
    *(path(name, statics.told, {"name": name}, name=name) for name in statics.PAGES),
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/<path:rest>", log.tile, name="log-tile"),
    path("log/key", log.key, name="log-key"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", statics.robots, name="robots"),
    path("healthz", statics.healthz, name="healthz"),
    path("", include("xinheng.web.ui.urls")),
]
