"""Addresses of the staff room: signing in and out, one's own account, everybody's accounts."""

from django.urls import path

from nakhoncity.staff.views import account, directory, people, signin

app_name = "staff"
urlpatterns = [
    path("login/", signin.StaffLoginView.as_view(), name="login"),
    path("login/second/", signin.second_step, name="second-step"),
    path("login/directory/", directory.sign_in, name="directory"),
    path("logout/", signin.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/second-factor/", account.second_factor, name="second-factor"),
    path("account/second-factor/app/", account.app, name="app"),
    path("account/second-factor/passkey/", account.passkey, name="passkey"),
    path("account/second-factor/<int:factor_id>/remove/", account.remove_factor, name="factor-remove"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery-codes"),
    path("account/directory/", directory.connect, name="directory-connect"),
    path("account/directory/remove/", directory.disconnect, name="directory-disconnect"),
    path("account/sessions/end/", account.end_other_sessions, name="sessions-end"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="session-end"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<str:username>/", people.person, name="person"),
    path("settings/people/<str:username>/password/", people.one_time_password, name="person-password"),
    path("settings/people/<str:username>/factors/reset/", people.reset_factors, name="person-factors-reset"),
    path("settings/people/<str:username>/sessions/end/", people.end_sessions, name="person-sessions-end"),
    path("settings/people/<str:username>/shut/", people.shut, name="person-shut"),
    path("settings/people/<str:username>/reopen/", people.reopen, name="person-reopen"),
]
