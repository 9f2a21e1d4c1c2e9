// Loaded by every page. Heavy parts are fetched only where the page has something for them.
import "./app.css";
import { grid } from "./parts/grid.ts";
import { foldMenus } from "./parts/menus.ts";
import { installable } from "./phone-app.ts";
import { liveRefresh } from "./parts/live.ts";
import { maps } from "./parts/maps.ts";
import { shortcuts } from "./parts/keyboard.ts";
import { theme } from "./parts/theme.ts";
import { fullscreen, hoverList, savedForms } from "./parts/page.ts";

theme();
foldMenus();
shortcuts();
liveRefresh();
fullscreen();
hoverList();
savedForms();
grid();
installable();

const HTMX = "[hx-get],[hx-post],[hx-put],[hx-delete],[hx-patch],[hx-boost]";
if (document.querySelector(HTMX)) void import("./parts/htmx.ts");
if (document.querySelector("ts-chart")) void import("./charts.ts");
if (document.querySelector("form[data-form]")) void import("./forms.ts");
if (document.querySelector("[data-phone]")) void import("./phone.ts");
if (document.querySelector("form[data-progress]")) void import("./parts/signing.ts").then(({ progress }) => progress());
if (document.querySelector("form[data-report]")) void import("./parts/reports.ts").then(({ reports }) => reports());
const waits = (): boolean => {
  try {
    return localStorage.getItem("tinhso-reports") !== null;
  } catch {
    return false;
  }
};
// What was told without a network is sent from whatever page comes next.
if (waits() && !document.querySelector("form[data-away]")) void import("./parts/away.ts").then(({ sendWaiting }) => sendWaiting());
const kept = (): boolean => {
  try {
    return localStorage.getItem("tinhso-surveys") !== null;
  } catch {
    return false;
  }
};
if (document.querySelector("form[data-survey],form[data-looking]")) void import("./surveys.ts");
else if (kept()) void import("./parts/survey-queue.ts").then(({ flush }) => flush()).catch(() => undefined);
const drawn = document.querySelectorAll("ts-map");
if (drawn.length) maps(drawn);
if (document.querySelector("ts-boxes")) void import("./parts/boxes.ts");
if (document.querySelector("ts-bpmn")) void import("./bpmn.ts");
if (document.querySelector("[data-wall]")) void import("./wall.ts").catch(() => setTimeout(() => location.reload(), 60_000)); // nobody is there to do it
