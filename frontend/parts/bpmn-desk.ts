// The drawing tool: bpmn-js's modeler, a small panel for what only this system asks of an element, and a dry run on the server.
import Modeler from "bpmn-js/lib/Modeler";
import { say } from "./words.ts";

interface Business {
  get(name: string): unknown;
  $type: string;
  eventDefinitions?: Business[];
  conditionExpression?: { body?: string };
  timeDuration?: { body?: string };
}
interface Shape {
  id: string;
  type: string;
  businessObject: Business;
}
interface Fault {
  element: string;
  kind: string;
  name: string;
  why: string;
}
interface Tools {
  modeling: { updateProperties(shape: Shape, values: object): void; updateModdleProperties(shape: Shape, of: Business, values: object): void };
  bpmnFactory: { create(type: string, values: object): object };
  canvas: { zoom(to: string, middle?: string): void; scroll(by: { dx: number; dy: number }): void; addMarker(id: string, name: string): void; removeMarker(id: string, name: string): void };
  elementRegistry: { get(id: string): Shape | undefined; getAll(): Shape[] };
  selection: { select(shape: Shape): void };
}

// Our attributes, so that the tool keeps and writes them
const text = (name: string): object => ({ name, isAttr: true, type: "String" });
const OURS = {
  name: "tinhso",
  uri: "urn:tinhso:bpmn:1",
  prefix: "tinhso",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Work", extends: ["bpmn:FlowNode", "bpmn:Lane"], properties: ["right", "unit", "hours", "outcomes", "procedure", "option", "result"].map(text) },
    { name: "Label", extends: ["bpmn:Process"], properties: ["procedures", "since", "usual", "illustrative"].map(text) },
  ],
};

const STEPS = ["bpmn:UserTask", "bpmn:ManualTask", "bpmn:Task"];

function kindOf(shape: Shape | undefined): string {
  if (!shape) return "";
  if (STEPS.includes(shape.type)) return "step";
  const timers = shape.businessObject.eventDefinitions?.some((one) => one.$type === "bpmn:TimerEventDefinition");
  if (timers) return "timer";
  return { "bpmn:Lane": "lane", "bpmn:CallActivity": "link", "bpmn:EndEvent": "end", "bpmn:SequenceFlow": "arrow" }[shape.type] ?? "";
}

function read(shape: Shape, name: string): string {
  const of = shape.businessObject;
  if (name === "condition") return of.conditionExpression?.body ?? "";
  if (name === "duration") return of.eventDefinitions?.[0]?.timeDuration?.body ?? "";
  return String(of.get(`tinhso:${name}`) ?? "");
}

function write(tools: Tools, shape: Shape, name: string, value: string): void {
  const expression = value ? tools.bpmnFactory.create("bpmn:FormalExpression", { body: value }) : undefined;
  const timer = shape.businessObject.eventDefinitions?.[0];
  if (name === "condition") tools.modeling.updateProperties(shape, { conditionExpression: expression });
  else if (name === "duration" && timer) tools.modeling.updateModdleProperties(shape, timer, { timeDuration: expression });
  else tools.modeling.updateProperties(shape, { [`tinhso:${name}`]: value || undefined });
}

function panelOf(frame: HTMLElement, tools: Tools): (shape: Shape | undefined) => void {
  const fields = [...frame.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-ours]")];
  let chosen: Shape | undefined;
  for (const field of fields) field.addEventListener("change", () => chosen && write(tools, chosen, field.dataset["ours"] ?? "", field.value.trim()));
  return (shape) => {
    chosen = shape;
    const kind = kindOf(shape);
    frame.querySelector<HTMLElement>("[data-process-none]")?.toggleAttribute("hidden", kind !== "");
    for (const field of fields) {
      const label = field.closest<HTMLElement>("[data-for]");
      const fits = kind !== "" && (label?.dataset["for"] ?? "").split(" ").includes(kind);
      label?.toggleAttribute("hidden", !fits);
      if (shape && fits) field.value = read(shape, field.dataset["ours"] ?? "");
    }
  };
}

function mark(tools: Tools, faults: Fault[]): void {
  for (const one of tools.elementRegistry.getAll()) tools.canvas.removeMarker(one.id, "lit-fault");
  for (const { element } of faults) if (tools.elementRegistry.get(element)) tools.canvas.addMarker(element, "lit-fault");
}

async function check(frame: HTMLElement, form: HTMLFormElement, tools: Tools, xml: string, said: HTMLElement): Promise<void> {
  const body = new FormData();
  body.set("bpmn", xml);
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(frame.dataset["check"] ?? "", { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (!answer.ok) {
    said.textContent = say("Máy chủ chưa kiểm tra được. Hãy thử lại.", "The server could not check it. Try again.");
    return;
  }
  const { faults, remarks } = (await answer.json()) as { faults: Fault[]; remarks: Fault[] };
  mark(tools, faults);
  if (faults.length) said.replaceChildren(...faults.map((one) => line(tools, one)));
  else said.replaceChildren(say("Sơ đồ dùng được.", "The drawing can be used."), ...remarks.map((one) => line(tools, one)));
}

function line(tools: Tools, one: Fault): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = `${one.name || one.element} (${one.kind}): ${one.why}`;
  button.addEventListener("click", () => {
    const shape = tools.elementRegistry.get(one.element);
    if (shape) tools.selection.select(shape);
  });
  return button;
}

export async function desk(frame: HTMLElement): Promise<void> {
  const form = frame.closest("form");
  const source = form?.querySelector<HTMLTextAreaElement>("[name=bpmn]");
  const canvas = frame.querySelector<HTMLElement>(".process-canvas");
  const said = frame.querySelector<HTMLElement>("[data-process-said]");
  if (!form || !source || !canvas || !said) return;
  canvas.hidden = false;
  const modeler = new Modeler({ container: canvas, moddleExtensions: { tinhso: OURS } });
  try {
    await modeler.importXML(source.value);
  } catch {
    canvas.hidden = true; // the text stays to be mended
    return;
  }
  const names = ["modeling", "bpmnFactory", "canvas", "elementRegistry", "selection"] as const;
  const tools = Object.fromEntries(names.map((name) => [name, modeler.get(name)])) as unknown as Tools;
  tools.canvas.zoom("fit-viewport", "auto");
  tools.canvas.scroll({ dx: 60, dy: 0 }); // from under the palette
  form.querySelector<HTMLElement>("[data-process-text]")?.setAttribute("hidden", "");
  for (const part of [".process-tools", ".process-panel"]) frame.querySelector<HTMLElement>(part)?.removeAttribute("hidden");
  frame.querySelector(".process-bench")?.classList.add("is-open");
  const choose = panelOf(frame, tools);
  modeler.on("selection.changed", ({ newSelection }: { newSelection: Shape[] }) => choose(newSelection.length === 1 ? newSelection[0] : undefined));
  const keep = async (): Promise<string> => {
    const { xml } = await modeler.saveXML({ format: true });
    source.value = xml ?? source.value;
    return source.value;
  };
  modeler.on("commandStack.changed", () => void keep());
  frame.querySelector("[data-process-check]")?.addEventListener("click", () => void keep().then((xml) => check(frame, form, tools, xml, said)));
  frame.querySelector<HTMLAnchorElement>("[data-process-save]")?.addEventListener("click", ({ currentTarget }) => {
    (currentTarget as HTMLAnchorElement).href = URL.createObjectURL(new Blob([source.value], { type: "application/xml" }));
  });
  const faults = [...form.ownerDocument.querySelectorAll<HTMLElement>("[data-fault]")];
  mark(tools, faults.map((one) => ({ element: one.dataset["fault"] ?? "", kind: "", name: "", why: "" })));
  frame.classList.add("is-drawn");
}
