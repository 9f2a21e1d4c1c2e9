// <ts-bpmn>: shows a process with bpmn-js over the server's own picture, or lets it be drawn. The picture and the form's
// text and file stay what they are without script.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import { say } from "./parts/words.ts";

interface Told {
  bpmn: string;
  lit: string[];
  passed: string[];
}

async function told(frame: HTMLElement): Promise<Told | null> {
  const { source, drawing } = frame.dataset;
  const answer = await fetch(source ?? drawing ?? "", { headers: { Accept: source ? "application/json" : "application/xml" } });
  if (!answer.ok) return null;
  return source ? ((await answer.json()) as Told) : { bpmn: await answer.text(), lit: [], passed: [] };
}

async function show(frame: HTMLElement): Promise<void> {
  const process = await told(frame);
  if (!process?.bpmn) return;
  const { default: Viewer } = await import("bpmn-js/lib/NavigatedViewer");
  const canvas = document.createElement("div");
  canvas.className = "process-canvas";
  canvas.setAttribute("role", "group");
  const figure = frame.querySelector("figure");
  canvas.setAttribute("aria-label", figure?.querySelector("svg")?.getAttribute("aria-label") ?? "");
  frame.append(canvas);
  const box = figure?.querySelector("svg")?.viewBox.baseVal;
  if (box?.width) canvas.style.height = `${Math.round(Math.min(520, Math.max(180, (canvas.clientWidth * box.height) / box.width)))}px`;
  const viewer = new Viewer({ container: canvas });
  try {
    await viewer.importXML(process.bpmn);
  } catch {
    canvas.remove(); // the server's picture stays
    return;
  }
  figure?.setAttribute("hidden", "");
  const sheet = viewer.get("canvas") as { zoom(to: string, middle?: string): void; addMarker(id: string, name: string): void };
  const known = viewer.get("elementRegistry") as { get(id: string): unknown };
  sheet.zoom("fit-viewport", "auto");
  for (const [ids, name] of [[process.passed, "lit-done"], [process.lit, "lit-now"]] as const)
    for (const id of ids) if (known.get(id)) sheet.addMarker(id, name);
  frame.classList.add("is-drawn");
}

for (const frame of document.querySelectorAll<HTMLElement>("ts-bpmn")) {
  if ("edit" in frame.dataset) void import("./parts/bpmn-desk.ts").then(({ desk }) => desk(frame));
  else void show(frame).catch(() => frame.setAttribute("title", say("Chưa tải được sơ đồ để phóng to", "The picture could not be loaded for zooming")));
}
