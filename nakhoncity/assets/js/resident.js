// Every page for residents, and the steps of a report: one file, one request. Contracts: top of each module.
import { startAutosave } from "./autosave.js";
import { startChoosing } from "./choose.js";
import { startForms } from "./forms.js";
import { startKeeping } from "./keep.js";
import { startLiff } from "./liff.js";
import { startPhotos } from "./photos.js";
import { startPicking } from "./pick.js";
import { startSharing } from "./share.js";

function startPage() {
  startAutosave();
  startKeeping();
  startPicking();
  startChoosing();
  startSharing();
}

startForms();
startPhotos();
startPage();
startLiff();
// A refused form was put in place by script: its fields are new.
document.addEventListener("page:shown", startPage);
