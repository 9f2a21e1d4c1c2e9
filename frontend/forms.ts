// <form data-form>: what does not apply is hidden, what was written wrongly is said on leaving a field, and the draft saves
// itself. Everything works without this; nothing typed is kept in the browser.
import { canonical, isTree, type Field, type Tree } from "./parts/form-values.ts";
import { firstFaults, type Schema } from "./parts/form-rules.ts";

interface Spec { schema: Schema; fields: Field[]; held: string[]; kept: Tree; today: string; order: string[]; words: Record<string, string> }

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-form]")) {
  const spec = JSON.parse(form.querySelector('script[type="application/json"]')?.textContent ?? "null") as Spec | null;
  if (spec) asYouGo(form, spec);
  if (spec) drafts(form);
}
document.querySelector<HTMLElement>("[data-first]")?.focus();

function typedIn(fields: Field[], data: FormData, before: string): Tree {
  const tree: Tree = {};
  for (const field of fields) {
    const name = before + field.n;
    if (field.k === "group") tree[field.n] = typedIn(field.f ?? [], data, `${name}.`);
    else if (field.k === "repeat") {
      const rows: Tree[] = [];
      while (data.has(`${name}.${rows.length}`)) rows.push(typedIn(field.f ?? [], data, `${name}.${rows.length}.`));
      tree[field.n] = rows;
    } else if (field.k === "many") tree[field.n] = data.getAll(name);
    else {
      const one = data.get(name);
      tree[field.n] = one instanceof File ? (one.size ? "chosen" : undefined) : (one ?? undefined);
    }
  }
  return tree;
}

function asYouGo(form: HTMLFormElement, spec: Spec): void {
  const kinds = new Map<string, string>();
  const learn = (fields: Field[], before: string): void => fields.forEach((one) => {
    kinds.set(before + one.n, one.k);
    learn(one.f ?? [], `${before}${one.n}.`);
  });
  learn(spec.fields, "");

  const place = (path: string): HTMLElement | null => form.querySelector(`[data-path="${CSS.escape(path)}"]`);
  const sentence = (path: string, code: string, limit: unknown): string => {
    const kind = kinds.get(path.replace(/\.[0-9]+(?=\.)/g, "")) ?? "";
    const words = spec.words[`${code}.${kind}`] ?? spec.words[code] ?? spec.words["other"] ?? "";
    return words.replace("%s", typeof limit === "number" ? limit.toLocaleString("vi-VN") : String(limit));
  };
  const show = (path: string, said: string): void => {
    const field = place(path);
    if (!field) return;
    const id = `f-${path.replaceAll(".", "-")}`;
    const control = document.getElementById(id);
    const old = field.querySelector(`:scope > #${CSS.escape(id)}-error`);
    field.classList.toggle("field-bad", said !== "");
    const others = (control?.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== `${id}-error`);
    control?.setAttribute("aria-describedby", [...others, ...(said ? [`${id}-error`] : [])].join(" "));
    if (control?.matches("input,select,textarea")) control.toggleAttribute("aria-invalid", false);
    if (said && control?.matches("input,select,textarea")) control.setAttribute("aria-invalid", "true");
    if (!said) return old?.remove();
    const line = old ?? document.createElement("p");
    line.id = `${id}-error`;
    line.className = "field-error";
    const word = document.createElement("span");
    word.className = "sr";
    word.textContent = `${spec.words["error"] ?? ""} `;
    line.replaceChildren(word, said);
    const heads = [...field.children].filter((one) => one.matches("label,legend,.hint"));
    if (!old) heads.at(-1)?.after(line);
  };
  // Fields that were left, or that the server found fault with; an empty one is not scolded before it was filled in.
  const touched = new Set([...form.querySelectorAll<HTMLElement>(".field-bad[data-path]")].map((one) => one.dataset["path"] ?? ""));
  const told = new Set(touched);
  const look = (): void => {
    const hidden = new Set<string>();
    const typed = { ...typedIn(spec.fields, new FormData(form), "f."), ...(isTree(spec.kept) ? spec.kept : {}) };
    const values = canonical(spec.fields, spec.schema, typed, "", hidden);
    for (const part of form.querySelectorAll<HTMLElement>("[data-when]")) part.toggleAttribute("data-unmet", hidden.has(part.dataset["when"] ?? ""));
    const faults = firstFaults(spec.schema, values, spec.today, spec.order, spec.held);
    for (const path of touched) {
      const fault = faults.get(path);
      if (fault && (fault[0] !== "required" || told.has(path))) {
        told.add(path);
        show(path, sentence(path, ...fault));
      } else show(path, "");
    }
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  form.addEventListener("focusout", (event) => {
    const path = (event.target as Element).closest<HTMLElement>("[data-path]")?.dataset["path"];
    if (path) touched.add(path);
    look();
  });
  look();
}

function drafts(form: HTMLFormElement): void {
  const revision = form.querySelector<HTMLInputElement>("[data-revision]");
  const state = form.querySelector<HTMLElement>(".save-state");
  let timer = 0;
  let dirty = false;
  let sending: Promise<void> | null = null;
  let stopped = form.hasAttribute("data-paused");
  const say = (word: string, more = ""): void => {
    form.dataset["state"] = word;
    if (state) state.textContent = `${form.dataset[word] ?? ""} ${more}`.trim();
  };
  const send = async (): Promise<void> => {
    dirty = false;
    say("saving");
    const data = new FormData(form);
    for (const [name, one] of [...data]) if (one instanceof File) data.delete(name);
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Autosave": "1" } }).catch(() => null);
    const told = answer?.ok && answer.headers.get("Content-Type")?.includes("json") ? ((await answer.json()) as { revision: number; at: string }) : null;
    if (told && revision) {
      revision.value = `${told.revision}`;
      say("saved", told.at);
      if (dirty) form.dataset["state"] = "changed";
    } else if (answer?.status === 409) {
      stopped = true;
      say("elsewhere");
    } else {
      dirty = true;
      say("unsaved");
      later(5000);
    }
  };
  const now = (): void => {
    clearTimeout(timer);
    if (dirty && !stopped && !sending) sending = send().finally(() => { sending = null; if (dirty) later(2000); });
  };
  const later = (wait: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(now, wait);
  };
  const changed = (): void => {
    dirty = true;
    form.dataset["state"] = "changed";
    later(2000);
  };
  form.dataset["state"] = "ready";
  // What was typed before this script came, on a slow line, counts too.
  const early = [...form.querySelectorAll<HTMLInputElement>("input:not([type=hidden],[type=file]),textarea")];
  if (early.some((one) => one.value !== one.defaultValue || one.checked !== one.defaultChecked)) changed();
  form.addEventListener("input", changed);
  form.addEventListener("focusout", now);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!sending) { stopped = true; return; }
    // The answer on its way brings the draft's new number: sent without it, this would look like another window's.
    event.preventDefault();
    const { submitter } = event;
    void sending.then(() => { stopped = true; form.requestSubmit(submitter); });
  });
}
