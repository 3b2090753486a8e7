// Every page of the desk. Contracts: top of forms.js, and of the files in desk/.
import "htmx.org";
import "idiomorph/htmx";
import { enhance, startForms } from "./forms.js";
import { startBadges } from "./desk/badges.js";
import { startComposer } from "./desk/composer.js";
import { startDialogs } from "./desk/dialogs.js";
import { keepFocus } from "./desk/focus.js";
import { startPasskeys } from "./desk/passkey.js";
import { startPolls } from "./desk/poll.js";

startForms();
startBadges();
startComposer();
startDialogs();
keepFocus();
startPolls();
startPasskeys();
document.addEventListener("htmx:afterSettle", (event) => enhance(event.target));
