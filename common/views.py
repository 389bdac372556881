"""Pages of the frame: the demonstration's clock, the language, errors, health."""

from __future__ import annotations

from datetime import UTC

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common.clock import set_demo_clock
from common.instants import YEARS
from common.middleware import is_api
from common.problems import not_found, problem, problem_response


class ClockForm(forms.Form):
    """The moment at which a demonstration stands, in the site's time; empty means real time."""

    moment = forms.DateTimeField(
        label=gettext_lazy("Demo clock"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


def back_to(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page that the form names, when it is one of ours; else home."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


@require_POST
@login_required
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock, or let it run again."""
    if not settings.TIME_TRAVEL:
        raise Http404
    form = ClockForm(request.POST)
    moment = form.cleaned_data["moment"] if form.is_valid() else None
    if not form.is_valid() or (moment and moment.year not in YEARS):
        return HttpResponse(_("Write the demo clock as a date and a time."), status=400, content_type="text/plain")
    set_demo_clock(request, moment.astimezone(UTC) if moment else None)
    return back_to(request)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


def unknown_api_path(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer a path below /api/ that no endpoint has."""
    return problem_response(not_found())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django itself refused."""
    if is_api(request):
        return problem_response(problem(400, "invalid", _("The request is malformed.")))
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a page that the reader's role does not open."""
    if is_api(request):
        return problem_response(problem(403, "forbidden", _("Your role does not allow this.")))
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what is not there and what is somebody else's, alike."""
    return problem_response(not_found()) if is_api(request) else render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours; its page needs neither the database nor the session."""
    if is_api(request):
        return problem_response(problem(500, "server_error", _("Something broke on our side; it was logged.")))
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose proof of origin is missing or stale."""
    if is_api(request):
        return problem_response(problem(403, "forbidden", _("The CSRF token is missing or wrong.")))
    return render(request, "403_csrf.html", status=403)
