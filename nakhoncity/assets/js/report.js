// The steps of a report, beside resident.js. Contracts: top of photos.js, choose.js and autosave.js.
import { startAutosave } from "./autosave.js";
import { startChoosing } from "./choose.js";
import { startPhotos } from "./photos.js";

startPhotos();
startChoosing();
startAutosave();
// A refused form was put in place by script: its fields are new.
document.addEventListener("page:shown", startAutosave);
