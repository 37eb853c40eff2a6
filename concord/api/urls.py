"""The addresses of the API. A token stands in a header and never in an address."""

from django.urls import path

from concord.api import views

urlpatterns = [
    path("api/v1/openapi.json", views.description, name="api-description"),
    path("api/v1/cases", views.cases, name="api-cases"),
    path("api/v1/cases/<slug:reference>", views.case, name="api-case"),
    path("api/v1/mine", views.mine, name="api-mine"),
]
