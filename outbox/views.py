"""The demonstration's mailbox."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.access import user_of
from outbox.queries import newest_messages

MESSAGES_ON_A_PAGE = 30


def only_in_a_demonstration() -> None:
    """Hide the page where mails really leave."""
    if not settings.TIME_TRAVEL:
        raise Http404


@require_safe
@login_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the mails that this reader may see, newest first."""
    only_in_a_demonstration()
    pages = Paginator(newest_messages(user_of(request)), MESSAGES_ON_A_PAGE)
    return render(request, "outbox/mailbox.html", {"page": pages.get_page(request.GET.get("page"))})


@require_safe
@login_required
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one mail as it reached its reader."""
    only_in_a_demonstration()
    found = newest_messages(user_of(request)).filter(pk=message_id).first()
    if found is None:
        raise Http404
    return render(request, "outbox/message.html", {"message": found})
