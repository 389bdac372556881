"""Tags and filters of the look: amounts, dates, icons, drawings, badges, breadcrumbs."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.loader_tags import BlockNode
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_vite.core.asset_loader import DjangoViteAssetLoader

from common import clock, formatting
from common.navigation import Link
from common.navigation import navigation as links_for

register = template.Library()

register.filter("money", formatting.money_text)
register.filter("number", formatting.number_text)
register.filter("hours", formatting.hours_text)
register.filter("percent", formatting.percent_text)
register.filter("duration", formatting.duration_text)
register.filter("day", formatting.day_text)
register.filter("day_long", formatting.long_day_text)
register.filter("clock_time", formatting.clock_text)
register.filter("moment", formatting.moment_text)
register.simple_tag(formatting.span_text, name="span")

# code of a state -> tone of its badge, icon; states of bookings, projects, milestones, periods, lights.
STATUS_LOOK = {
    "requested": ("warning", "hourglass"),
    "held": ("warning", "hourglass"),
    "confirmed": ("primary", "calendar-check"),
    "in_use": ("accent", "player-play"),
    "completed": ("success", "circle-check"),
    "rejected": ("danger", "circle-x"),
    "cancelled": ("neutral", "calendar-off"),
    "expired": ("neutral", "calendar-off"),
    "no_show": ("danger", "circle-x"),
    "planned": ("neutral", "circle-dashed"),
    "started": ("accent", "player-play"),
    "delivered": ("info", "inbox"),
    "accepted": ("success", "circle-check"),
    "idea": ("neutral", "circle-dashed"),
    "evaluated": ("neutral", "list-check"),
    "agreed": ("info", "file-text"),
    "running": ("accent", "player-play"),
    "reporting": ("info", "file-text"),
    "killed": ("danger", "circle-x"),
    "green": ("success", "circle-check"),
    "amber": ("warning", "alert-triangle"),
    "red": ("danger", "alert-circle"),
    "open": ("accent", "lock-open"),
    "review": ("warning", "list-check"),
    "closed": ("success", "lock"),
    "draft": ("neutral", "pencil"),
    "queued": ("neutral", "clock"),
    "sent": ("success", "check"),
    "failed": ("danger", "alert-circle"),
    "go": ("success", "check"),
    "kill": ("danger", "x"),
    "hold": ("warning", "hourglass"),
    "recycle": ("info", "refresh"),
}
NEUTRAL_LOOK = ("neutral", "circle")

ALERT_ICONS = {
    "success": "circle-check",
    "info": "info-circle",
    "warning": "alert-triangle",
    "danger": "alert-circle",
}
TONE_OF_LEVEL = {"debug": "info", "error": "danger"}


def _asset(path: str) -> str:
    """The public address of a built file."""
    return str(DjangoViteAssetLoader.instance().generate_vite_asset_url(path, app="default"))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a decorative icon of the sprite."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', _asset("icons.svg"), name
    )


@register.simple_tag
def drawing(kind: str) -> SafeString:
    """Draw a resource kind's picture, decorative."""
    return format_html(
        '<svg class="drawing" viewBox="0 0 240 180" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        _asset("drawings.svg"),
        kind,
    )


@register.simple_tag
def status(code: str, label: Any) -> SafeString:
    """Show a state as a badge: tone, icon and words."""
    tone, icon_name = STATUS_LOOK.get(str(code), NEUTRAL_LOOK)
    return format_html('<span class="status status--{}">{}{}</span>', tone, icon(icon_name), label)


@register.filter
def tone(level: str) -> str:
    """Translate a message level into an alert's tone."""
    return TONE_OF_LEVEL.get(level, level if level in ALERT_ICONS else "info")


@register.filter
def alert_icon(tone_name: str) -> str:
    """Name the icon of an alert's tone."""
    return ALERT_ICONS.get(tone_name, "info-circle")


@register.simple_tag
def crumb(url_name: str, text: Any, *arguments: Any) -> SafeString:
    """Give one ancestor of the breadcrumbs."""
    return format_html('<li><a href="{}">{}</a></li>', reverse(url_name, args=arguments), text)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """Give the current query string with some values changed; None drops one."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Link]:
    """Give the main navigation of the request's person."""
    request = context.get("request")
    return list(links_for(request)) if request is not None else []


@register.simple_tag(takes_context=True)
def demo_clock(context: Context) -> dict[str, Any] | None:
    """Give the demonstration's clock where it may be moved, else nothing."""
    request = context.get("request")
    if request is None or not settings.TIME_TRAVEL or not request.user.is_authenticated:
        return None
    return {"now": clock.now(request), "moved": clock.demo_now(request) is not None}


class ReuseNode(template.Node):
    """Renders a block's final content a second time, or keeps it under a name."""

    def __init__(self, name: str, variable: str | None) -> None:
        self.name = name
        self.variable = variable

    def render(self, context: Context) -> SafeString | str:
        """Render as the block itself would."""
        content = BlockNode(self.name, template.NodeList()).render(context)
        if self.variable is None:
            return content
        context[self.variable] = content.strip()
        return ""


@register.tag
def reuse(parser: Parser, token: Token) -> ReuseNode:
    """Repeat a block: `{% reuse title %}`, so that the document's title serves as heading; `as name` keeps it."""
    _, name, *rest = token.split_contents()
    return ReuseNode(name, rest[1] if rest else None)
