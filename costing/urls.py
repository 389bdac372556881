"""Where the pages and calls of costing are found."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from costing.api import aid, charges, periods, tariffs
from costing.views import charges as charge_pages
from costing.views import finance
from costing.views import tariffs as tariff_pages

MONTH = r"(?P<code>[0-9]{4}-[0-9]{2})"

urlpatterns: list[URLPattern] = [
    # prices
    path("finance/tariffs/", tariff_pages.tariff_list, name="tariffs"),
    path("finance/tariffs/new/", tariff_pages.new_tariff, name="new-tariff"),
    # periods, charges, statements
    path("finance/", finance.period_list, name="periods"),
    path("finance/charges/<int:charge_id>/", charge_pages.charge, name="charge"),
    path("finance/statements/", charge_pages.statement_list, name="statements"),
    path("finance/statements/<int:statement_id>/", charge_pages.statement, name="statement"),
    re_path(rf"^finance/{MONTH}/$", finance.period, name="period"),
    re_path(rf"^finance/{MONTH}/review/$", finance.review, name="period-review"),
    re_path(rf"^finance/{MONTH}/close/$", finance.close, name="period-close"),
    re_path(rf"^finance/{MONTH}/files/$", finance.period_files, name="period-files"),
    re_path(rf"^finance/{MONTH}/workbook\.xlsx$", finance.period_workbook, name="period-workbook"),
    re_path(rf"^finance/{MONTH}/lines\.csv$", finance.period_lines, name="period-lines"),
]

api_urlpatterns: list[URLPattern] = [
    # prices and aid
    path("tariffs/", tariffs.TariffList.as_view(), name="tariffs"),
    path("measures/", aid.MeasureList.as_view(), name="measures"),
    path("intensities/", aid.IntensityList.as_view(), name="intensities"),
    path("vat-codes/", aid.VatCodeList.as_view(), name="vat-codes"),
    # periods, charges, statements
    path("periods/", periods.PeriodList.as_view(), name="periods"),
    path("periods/<str:code>/", periods.PeriodDetail.as_view(), name="period"),
    path("periods/<str:code>/review/", periods.PeriodReview.as_view(), name="period-review"),
    path("periods/<str:code>/close/", periods.PeriodClose.as_view(), name="period-close"),
    path("periods/<str:code>/workbook.xlsx", periods.PeriodWorkbook.as_view(), name="period-workbook"),
    path("periods/<str:code>/lines.csv", periods.PeriodLines.as_view(), name="period-lines"),
    path("charges/", charges.ChargeList.as_view(), name="charges"),
    path("charges/<int:charge_id>/", charges.ChargeDetail.as_view(), name="charge"),
    path("statements/", charges.StatementList.as_view(), name="statements"),
    path("statements/<int:statement_id>/", charges.StatementDetail.as_view(), name="statement"),
]
