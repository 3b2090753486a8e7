"""The teal of the tokens (assets/css/tokens.css), in Unfold's steps."""

TEAL = {
    "50": "#e9f4f4",
    "100": "#d3e9ea",
    "200": "#9cc9cd",
    "300": "#6fb0b6",
    "400": "#3d8f97",
    "500": "#0b6872",
    "600": "#07545e",
    "700": "#064a53",
    "800": "#053f47",
    "900": "#04343b",
    "950": "#02252a",
}
