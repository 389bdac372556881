"""The register over HTTP: keys to the API, organisations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import clock
from common.api import AwareDateTimeField, one_or_404, read_body, read_query
from common.text import fold
from companies.access import user_of
from companies.lockout import forget_failures
from companies.models import ApiToken, Company, CompanyType, SizeClass, User
from companies.services import issue_token, revoke_token
from companies.throttling import TokenThrottle


class CredentialsSerializer(serializers.Serializer[Any]):
    """What a key is asked with; `name` tells one's keys apart."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class NewTokenSerializer(serializers.Serializer[Any]):
    """A fresh key: shown once."""

    token = serializers.CharField()
    expires_at = AwareDateTimeField()


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A key in the list: what it is called and until when it opens, never the key."""

    created_at = AwareDateTimeField()
    expires_at = AwareDateTimeField()
    last_used_at = AwareDateTimeField(allow_null=True)

    class Meta:
        model = ApiToken
        fields = ("id", "name", "created_at", "expires_at", "last_used_at")


class TokenView(APIView):
    """Asking for a key."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TokenThrottle,)

    @extend_schema(request=CredentialsSerializer, responses={201: NewTokenSerializer}, operation_id="token_create")
    def post(self, request: Request) -> Response:
        """Exchange e-mail and password for a key; wrong ones count against the account."""
        asked = read_body(request, CredentialsSerializer)
        email = asked["email"].lower()
        user = authenticate(request._request, email=email, password=asked["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed(_("E-mail or password is wrong."), code="invalid_credentials")
        forget_failures(email)
        token, key = issue_token(user=user, name=asked["name"], now=clock.now())
        return Response(NewTokenSerializer({"token": key, "expires_at": token.expires_at}).data, status=201)

    def get_authenticate_header(self, request: Request) -> str:
        """Keep the refusal a 401, though this endpoint reads no header."""
        return "Token"


class TokensView(ListAPIView[ApiToken]):
    """One's own keys that still open something."""

    serializer_class = TokenSerializer
    queryset = ApiToken.objects.none()

    def get_queryset(self) -> QuerySet[ApiToken]:
        """Leave out what is revoked or expired."""
        mine = ApiToken.objects.visible_to(user_of(self.request))
        return mine.filter(revoked_at=None, expires_at__gt=clock.now()).order_by("-created_at", "-pk")


class TokenDetailView(APIView):
    """One of one's own keys."""

    @extend_schema(request=None, responses={204: None}, operation_id="token_revoke")
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke the key, for good."""
        token = one_or_404(ApiToken.objects.visible_to(user_of(request)), pk=token_id)
        revoke_token(token=token, now=clock.now())
        return Response(status=204)


class CompanySerializer(serializers.ModelSerializer[Company]):
    """An organisation as staff and its own people see it."""

    type = serializers.ChoiceField(choices=CompanyType.choices)
    size_class = serializers.ChoiceField(choices=SizeClass.choices, allow_null=True)

    class Meta:
        model = Company
        fields = (
            "id", "key", "name", "type", "vat_number", "tax_code", "size_class", "price_group", "sdi_code", "pec",
            "street", "postal_code", "city", "province", "country", "sector_it", "sector_en", "ateco",
            "headcount_awu", "turnover_meur", "balance_meur", "public_body",
        )  # fmt: skip


class CompanyFilters(serializers.Serializer[Any]):
    """What a list of organisations is narrowed by."""

    q = serializers.CharField(max_length=100, required=False, allow_blank=True)
    type = serializers.ChoiceField(choices=CompanyType.choices, required=False)
    size_class = serializers.ChoiceField(choices=SizeClass.choices, required=False)


class CompaniesView(ListAPIView[Company]):
    """The organisations that the caller may see."""

    serializer_class = CompanySerializer
    queryset = Company.objects.none()

    @extend_schema(parameters=[CompanyFilters], operation_id="company_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List all of them for staff, one's own for a company's people."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Company]:
        """Search by name without accents or case, by name order."""
        filters = read_query(self.request, CompanyFilters)
        text = fold(filters.pop("q", ""))
        visible = Company.objects.visible_to(user_of(self.request)).filter(**filters)
        return visible.filter(name_folded__contains=text).order_by("name_folded", "pk")


class CompanyView(RetrieveAPIView[Company]):
    """One organisation."""

    serializer_class = CompanySerializer
    queryset = Company.objects.none()

    def get_object(self) -> Company:
        """Find it among those that the caller may see."""
        return one_or_404(Company.objects.visible_to(user_of(self.request)), pk=self.kwargs["company_id"])
