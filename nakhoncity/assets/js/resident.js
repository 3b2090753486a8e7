// Every page for residents. Contracts: top of forms.js and liff.js.
import { startForms } from "./forms.js";
import { startLiff } from "./liff.js";

startForms();
startLiff();
