"""The simulator's addresses: LINE's, LIFF's, and its own."""

from django.urls import URLPattern, path, re_path

from nakhoncity.simulator.views import api, liff, menus, messaging, pages

BOT = "v2/bot"
CHAT = "simulator/api/chats/<slug:key>"

handler400 = pages.bad_request
handler404 = pages.not_found
handler500 = pages.broken

urlpatterns: list[URLPattern] = [
    re_path(r"^v2/bot/message/(?P<endpoint>push|multicast|broadcast|reply)$", messaging.send),
    re_path(r"^v2/bot/message/validate/(?P<endpoint>push|multicast|narrowcast|broadcast|reply)$", messaging.validate),
    path(f"{BOT}/message/quota", messaging.quota),
    path(f"{BOT}/message/quota/consumption", messaging.consumption),
    path(f"{BOT}/message/<str:message_id>/content", messaging.content),
    path(f"{BOT}/profile/<str:user_id>", messaging.profile),
    path(f"{BOT}/info", messaging.bot_info),
    path(f"{BOT}/richmenu", menus.create),
    path(f"{BOT}/richmenu/validate", menus.validate),
    path(f"{BOT}/richmenu/list", menus.list_all),
    path(f"{BOT}/richmenu/alias", menus.create_alias),
    path(f"{BOT}/richmenu/alias/list", menus.list_aliases),
    path(f"{BOT}/richmenu/alias/<str:alias>", menus.one_alias),
    path(f"{BOT}/richmenu/<str:menu_id>", menus.one),
    path(f"{BOT}/richmenu/<str:menu_id>/content", menus.image),
    path(f"{BOT}/user/all/richmenu", menus.default),
    path(f"{BOT}/user/all/richmenu/<str:menu_id>", menus.set_default),
    path(f"{BOT}/user/<str:user_id>/richmenu", menus.of_person),
    path(f"{BOT}/user/<str:user_id>/richmenu/<str:menu_id>", menus.give_person),
    path("oauth2/v2.1/verify", liff.verify),
    path("liff/sdk.js", liff.sdk),
    path("liff/login", liff.login, name="login"),
    path("liff/api/exchange", liff.exchange),
    path("liff/api/messages", liff.say),
    path("liff/api/friendship", liff.friendship),
    path("liff/<str:liff_id>", liff.enter),
    path("liff/<str:liff_id>/", liff.enter),
    path("liff/<str:liff_id>/<path:path>", liff.enter),
    path("simulator/api/state", api.state),
    path("simulator/api/switches", api.turn_switches),
    path("simulator/api/redeliver", api.redeliver),
    path("simulator/api/reset", api.reset),
    path("simulator/api/people", api.people),
    path("simulator/api/people/<slug:key>/id-token", api.id_token),
    path("simulator/api/received", api.received),
    path("simulator/api/keys", api.retry_keys),
    path("simulator/api/webhooks", api.webhook_list),
    path("simulator/api/menus/<str:menu_id>/image", api.menu_image),
    path(CHAT, api.chat),
    path(f"{CHAT}/text", api.say_text),
    path(f"{CHAT}/photo", api.say_photo),
    path(f"{CHAT}/location", api.say_location),
    path(f"{CHAT}/sticker", api.say_sticker),
    path(f"{CHAT}/postback", api.tap_postback),
    path(f"{CHAT}/menu", api.switch_menu),
    path(f"{CHAT}/unsend", api.unsend),
    path(f"{CHAT}/follow", api.follow),
    path(f"{CHAT}/unfollow", api.unfollow),
    path(f"{CHAT}/photos/<str:message_id>", api.photo),
    path("", pages.front, name="front"),
    path("panel/", pages.panel, name="panel"),
    path("chat/<slug:key>/", pages.chat, name="chat"),
    path("assets/<str:name>", pages.asset, name="asset"),
]
