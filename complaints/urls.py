"""Addresses of the complaints room, by audience."""

from django.urls import path

from complaints.api import CaseDetail, CaseList, CaseMap, CategoryList, FiledCase
from complaints.views import extensions, report, resident, send, signs, staff, track

app_name = "complaints"
urlpatterns = [
    path("liff/report/", report.start, name="report-start"),
    path("liff/report/photo/", report.photo, name="report-photo"),
    path("liff/report/photo/upload/", report.upload_photo, name="report-photo-upload"),
    path("liff/report/photo/<uuid:photo_id>/delete/", report.delete_photo, name="report-photo-delete"),
    path("liff/report/what/", report.what, name="report-what"),
    path("liff/report/suggest/", report.suggest, name="report-suggest"),
    path("liff/report/where/", report.where, name="report-where"),
    path("liff/report/detail/", send.detail, name="report-detail"),
    path("liff/report/autosave/", send.autosave, name="report-autosave"),
    path("liff/report/join/<str:reference>/", send.join, name="report-join"),
    path("liff/report/done/<str:reference>/", send.done, name="report-done"),
    path("liff/my/", resident.my_cases, name="my"),
    path("liff/my/<str:reference>/", resident.my_case, name="my-case"),
    path("liff/my/<str:reference>/unfollow/", resident.unfollow, name="unfollow"),
    path("liff/my/<str:reference>/rate/", resident.rate, name="rate"),
    path("liff/my/<str:reference>/withdraw/", resident.withdraw, name="withdraw"),
    path("r/<str:code>/", signs.show_sign, name="sign"),
    path("liff/r/<str:code>/", signs.begin, name="sign-begin"),
    path("staff/signs/", signs.signs, name="signs"),
    path("staff/signs/<str:code>/print/", signs.print_sign, name="sign-print"),
    path("staff/signs/<str:code>/retire/", signs.retire, name="sign-retire"),
    path("track/", track.find, name="find"),
    path("track/<str:token>/", resident.track, name="track"),
    path("photos/<uuid:photo_id>/<str:size>/", resident.photo_file, name="photo"),
    path("staff/inbox/<slug:view>/", staff.show_inbox, name="inbox"),
    path("staff/cases/<str:reference>/", staff.show_case, name="case"),
    path("staff/cases/<str:reference>/update/", staff.update_case, name="update"),
    path("staff/cases/<str:reference>/preview/", staff.preview, name="preview"),
    path("staff/cases/<str:reference>/undo/", staff.undo, name="undo"),
    path("staff/extensions/", extensions.show_waiting, name="extensions"),
    path("staff/cases/<str:reference>/extension/", extensions.show, name="extension"),
    path("staff/cases/<str:reference>/extension/ask/", extensions.ask, name="extension-ask"),
    path("staff/cases/<str:reference>/extension/grant/", extensions.grant, name="extension-grant"),
    path("staff/cases/<str:reference>/extension/refuse/", extensions.refuse, name="extension-refuse"),
    path("api/v1/categories/", CategoryList.as_view(), name="api-categories"),
    path("api/v1/cases/", CaseList.as_view(), name="api-cases"),
    path("api/v1/cases.geojson", CaseMap.as_view(), name="api-map"),
    path("api/v1/cases/filed/<str:reference>/", FiledCase.as_view(), name="api-filed"),
    path("api/v1/cases/<str:reference>/", CaseDetail.as_view(), name="api-case"),
]
