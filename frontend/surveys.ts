// <form data-survey>: what is being filled in is kept on this device at every change; what is finished waits here until the
// server says that it is kept. Without this the form is the same form, and needs the network.
import { CHANGED, flush, type Left } from "./parts/survey-queue.ts";
import { type Spec, Survey } from "./parts/survey-form.ts";
import { all, drop, get, keep, type Kept } from "./parts/survey-store.ts";

const AGAIN = 15_000; // milliseconds until what waits is tried again
const PAUSE = 400;
const PREVIEW = 160;
const QUESTIONS = "[data-key],[data-beside]"; // with what the page remembers beside them

async function begin(form: HTMLFormElement, spec: Spec): Promise<void> {
  const survey = new Survey(form, spec);
  const desk = new Desk(form, survey);
  form.dataset["ready"] = "";
  await desk.open().catch(() => desk.say("Unsaved"));
  desk.listen();
  await desk.list();
  void desk.send();
}

const words = (element: HTMLElement | null, name: string): string => element?.dataset[`words${name}`] ?? "";
const now = (): string => new Date(Date.now() + 7 * 3_600_000).toISOString().replace(/\.\d+Z$/, "+07:00");

class Desk {
  private instance = `uuid:${crypto.randomUUID()}`;
  private files = new Map<string, { file: string; blob: Blob }>();
  private timer = 0;
  private again = 0;
  private release: () => void = () => undefined;
  private readonly fresh: string;

  constructor(private readonly form: HTMLFormElement, private readonly survey: Survey) {
    this.fresh = [...form.children].filter((one) => one.matches(QUESTIONS)).map((one) => one.outerHTML).join("");
  }

  // Goes on with what was begun here, unless another tab has it open.
  async open(): Promise<void> {
    const posted = this.form.querySelector(".field-bad") ? this.field("instance").value : "";
    if (posted) this.instance = posted; // the server sent it back to be mended
    else {
      for (const one of (await all()).reverse()) {
        if (one.state === "draft" && one.owner === this.owner && one.code === this.survey.spec.code && (await this.hold(one.instance))) {
          this.instance = one.instance;
          this.fill(one);
          return this.look();
        }
      }
    }
    await this.hold(this.instance);
    this.field("instance").value = this.instance;
    this.field("started_at").value = now();
    if (!posted) this.survey.begin("first"); // this page may be one of last week, kept for when there is no network
    this.look();
  }

  private get owner(): string {
    return this.form.dataset["owner"] ?? "";
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  // One tab fills one form in: the other tab begins another.
  private hold(instance: string): Promise<boolean> {
    return new Promise((resolve) => {
      void navigator.locks.request(`tinhso-survey-${instance}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<void>((release) => { this.release = release; }) : undefined;
      });
    });
  }

  private taken(state: Kept["state"]): Kept {
    const fields: [string, string][] = [];
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "do") fields.push([name, value]);
    const files = [...this.files].map(([name, { file, blob }]) => ({ name, file, blob }));
    return { instance: this.instance, code: this.survey.spec.code, title: document.querySelector("h1")?.textContent ?? "", owner: this.owner, state, fields, files, at: new Date().toISOString(), about: this.about() };
  }

  // A few words by which people know the form again.
  private about(): string {
    const found = [...this.form.querySelectorAll<HTMLInputElement>("input[type=text],input[type=date],textarea,select,input[type=radio]:checked")].filter((one) => one.value && !one.closest("[data-unmet]"));
    return found.slice(0, 3).map((one) => (one instanceof HTMLSelectElement ? one.selectedOptions[0]?.text : one.type === "radio" ? one.labels?.[0]?.textContent : one.type === "date" ? one.value.split("-").reverse().join("/") : one.value) ?? "").join(" · ").slice(0, 90);
  }

  private fill(one: Kept): void {
    for (const [name] of one.fields) {
      const match = /^q\.(.+)\.(\d+)\.[^.]+$/.exec(name);
      if (match) this.ensureRow(match[1]!, Number(match[2]));
    }
    for (const element of this.form.querySelectorAll<HTMLInputElement>("input[type=checkbox],input[type=radio]")) element.checked = one.fields.some(([name, value]) => name === element.name && value === element.value);
    for (const [name, value] of one.fields) {
      const element = this.form.elements.namedItem(name);
      if (element instanceof HTMLElement && !(element as HTMLInputElement).matches("[type=checkbox],[type=radio],[type=file]")) (element as HTMLInputElement).value = value;
    }
    this.field("instance").value = one.instance;
    this.field("version").value = this.survey.spec.version;
    for (const { name, file, blob } of one.files) {
      this.files.set(name, { file, blob });
      this.preview(name);
    }
  }

  private ensureRow(key: string, number: number): void {
    const holder = this.form.querySelector<HTMLElement>(`[data-repeat][data-key="${CSS.escape(key)}"]`);
    if (holder && !this.survey.rows(key).some((row) => row.dataset["key"] === `${key}.${number}`)) this.survey.addRow(holder, number);
  }

  say(word: string): void {
    const state = this.form.querySelector<HTMLElement>("[data-state]");
    if (state) state.textContent = words(this.form, word);
  }

  async save(): Promise<void> {
    clearTimeout(this.timer);
    try {
      await keep(this.taken("draft"));
      this.form.dataset["kept"] = this.instance;
      this.say("Saved");
    } catch {
      this.say("Unsaved");
    }
  }

  listen(): void {
    const changed = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      if (input.type === "file") this.chosen(input);
      this.look(event.type === "input" && !input.matches("[type=checkbox],[type=radio],select"));
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.save(), input.type === "text" ? PAUSE : 0);
    };
    this.form.addEventListener("input", changed);
    this.form.addEventListener("change", changed);
    addEventListener("pagehide", () => { if (this.form.dataset["kept"] !== undefined) void this.save(); });
    this.form.addEventListener("click", (event) => this.clicked(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.finish();
    });
    addEventListener("online", () => void this.send());
    addEventListener(CHANGED, () => void this.list());
    document.querySelector("[data-send-now]")?.addEventListener("click", () => void this.send());
    void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage({ keep: [location.pathname, "/surveys/"] }));
  }

  private look(typing = false): void {
    for (const paragraph of this.form.querySelectorAll<HTMLElement>("[data-place-here]")) paragraph.hidden = !navigator.geolocation;
    this.survey.look(typing);
  }

  private chosen(input: HTMLInputElement): void {
    const file = input.files?.[0];
    if (file) this.files.set(input.name, { file: file.name, blob: file });
    else this.files.delete(input.name);
    this.preview(input.name);
  }

  private preview(name: string): void {
    const kept = this.files.get(name), key = name.replace(/^q\./, "");
    const row = this.survey.place(key)?.querySelector<HTMLElement>("[data-previews]");
    if (!row) return;
    row.replaceChildren();
    row.hidden = !kept;
    if (!kept) return;
    const image = new Image(PREVIEW, PREVIEW * 0.75);
    image.alt = kept.file;
    image.dataset["held"] = "";
    image.src = URL.createObjectURL(kept.blob);
    row.append(image);
  }

  private clicked(event: MouseEvent): void {
    const button = (event.target as Element).closest<HTMLButtonElement>("button");
    if (!button) return;
    if (button.matches("[data-add]")) {
      event.preventDefault();
      const row = this.survey.addRow(button.closest<HTMLElement>("[data-repeat]")!);
      if (row) this.survey.begin("row", row.dataset["key"] ?? "");
      row?.querySelector<HTMLElement>("input,select,textarea")?.focus();
    } else if (button.matches("[data-drop]")) {
      event.preventDefault();
      button.closest("[data-row]")?.remove();
    } else if (button.matches("[data-here-for]")) return this.locate(button);
    else return;
    this.look();
    void this.save();
  }

  private locate(button: HTMLButtonElement): void {
    const said = button.parentElement!.querySelector<HTMLElement>("[role=status]")!;
    const input = document.getElementById(button.dataset["hereFor"] ?? "") as HTMLInputElement;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = `${coords.latitude.toFixed(6)} ${coords.longitude.toFixed(6)} ${(coords.altitude ?? 0).toFixed(1)} ${coords.accuracy.toFixed(1)}`;
        said.textContent = said.dataset["yes"] ?? "";
        button.disabled = false;
        void this.save();
      },
      () => { said.textContent = said.dataset["no"] ?? ""; button.disabled = false; },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  }

  // What is wrong is said at its question; else the form waits here, and another can begin.
  private async finish(): Promise<void> {
    this.look();
    const problems = this.survey.problems();
    this.tell(problems);
    if (problems.length) return void (await this.save());
    this.field("ended_at").value = now();
    clearTimeout(this.timer);
    try {
      await keep(this.taken("waiting"));
    } catch {
      this.say("Unsaved");
      return this.form.submit(); // this device keeps nothing: straight to the server
    }
    await this.anew();
    this.say("Kept");
    await this.list();
    document.querySelector<HTMLElement>("[data-survey-waiting]")?.scrollIntoView({ block: "nearest" });
    void this.send();
  }

  private async anew(): Promise<void> {
    this.release();
    this.files.clear();
    this.instance = `uuid:${crypto.randomUUID()}`;
    for (const one of [...this.form.children].filter((child) => child.matches(QUESTIONS))) one.remove();
    this.form.querySelector("[data-state]")?.insertAdjacentHTML("beforebegin", this.fresh); // the server's own text, as it came
    this.form.reset();
    delete this.form.dataset["kept"];
    this.field("instance").value = this.instance;
    this.field("started_at").value = now();
    this.field("ended_at").value = "";
    await this.hold(this.instance);
    this.survey.begin("first");
    this.look();
  }

  private tell(problems: { key: string; message: string }[]): void {
    this.form.querySelectorAll(".field-error").forEach((one) => one.remove());
    this.form.querySelectorAll(".field-bad").forEach((one) => one.classList.remove("field-bad"));
    document.querySelector(".error-summary")?.remove();
    for (const { key, message } of problems) {
      const place = this.survey.place(key);
      if (!place) continue;
      place.classList.add("field-bad");
      const line = document.createElement("p");
      line.className = "field-error";
      line.id = `q-${key.replaceAll(".", "-")}-error`;
      line.textContent = message;
      place.querySelector("label,legend")?.after(line);
    }
    const first = problems[0] && this.survey.place(problems[0].key);
    first?.scrollIntoView({ block: "center" });
    first?.querySelector<HTMLElement>("input,select,textarea,button")?.focus();
  }

  async send(): Promise<void> {
    clearTimeout(this.again);
    const left = await flush().catch((): Left => "network");
    await this.list(left);
    if (left !== "nothing") this.again = window.setTimeout(() => void this.send(), AGAIN);
  }

  async list(left: Left = "nothing"): Promise<void> {
    const place = document.querySelector<HTMLElement>("[data-survey-waiting]"), list = place?.querySelector<HTMLElement>("[data-queue]");
    if (!place || !list) return;
    const everything = await all().catch(() => [] as Kept[]);
    const mine = everything.filter((one) => one.owner === this.owner && one.instance !== this.instance);
    const others = everything.filter((one) => one.owner !== this.owner && one.state !== "sent").length;
    const waiting = mine.filter((one) => one.state === "waiting" && !one.problem).length, bad = mine.filter((one) => one.problem).length;
    const title = place.querySelector<HTMLElement>("[data-title]")!;
    const told = (name: string, count: number): string => (title.dataset[name] ?? "").replace("%s", String(count));
    title.textContent = [waiting ? told("waiting", waiting) : "", bad ? told("refused", bad) : ""].filter(Boolean).join(" · ") || told("sent", 0);
    list.replaceChildren(...mine.map((one) => this.line(one, list, left)));
    const note = place.querySelector<HTMLElement>("[data-others]")!;
    note.hidden = !others;
    note.textContent = words(note, "").replace("%s", String(others));
    place.querySelector<HTMLElement>("[data-send]")!.hidden = !waiting;
    place.hidden = !mine.length && !others;
  }

  private line(one: Kept, list: HTMLElement, left: Left): HTMLLIElement {
    const item = document.createElement("li");
    const what = document.createElement("span");
    what.textContent = `${one.title}${one.about ? `: ${one.about}` : ""}`;
    const state = document.createElement(one.sent ? "a" : "span");
    state.className = one.problem ? "late small" : "small soft";
    state.textContent = one.sent ? `${words(list, "Sent")} ${one.sent.ref}` : one.problem || words(list, one.state === "draft" ? "Draft" : left === "log-in" ? "Login" : "Waiting");
    if (state instanceof HTMLAnchorElement && one.sent) state.href = one.sent.address;
    item.append(what, " ", state);
    const button = (name: string, act: () => Promise<void>): void => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-small";
      made.textContent = words(list, name);
      made.addEventListener("click", () => void act());
      item.append(" ", made);
    };
    if (one.problem || one.state === "draft") button(one.problem ? "Mend" : "Open", () => this.mend(one));
    if (one.problem || one.state === "draft") button("Drop", async () => { if (confirm(words(list, "Sure"))) { await drop(one.instance); await this.list(); } });
    return item;
  }

  // Takes a form back from the queue into the page, with what was found wrong; what is on the page is kept as a draft.
  private async mend(one: Kept): Promise<void> {
    const found = await get(one.instance);
    if (!found || found.state === "sent" || found.code !== this.survey.spec.code) return;
    if (this.form.dataset["kept"] !== undefined) await this.save();
    if (!(await this.swap(found))) return;
    this.tell((found.problems ?? []).map(({ key, message }) => ({ key, message })));
    await this.list();
  }

  private async swap(found: Kept): Promise<boolean> {
    await this.anew();
    this.release();
    if (!(await this.hold(found.instance))) return false;
    this.instance = found.instance;
    this.fill(found);
    this.look();
    await this.save();
    return true;
  }
}

const form = document.querySelector<HTMLFormElement>("form[data-survey]");
const spec = JSON.parse(form?.querySelector('script[type="application/json"]')?.textContent ?? "null") as Spec | null;
if (form && spec) void begin(form, spec);
for (const looking of document.querySelectorAll<HTMLFormElement>("form[data-looking]")) looking.addEventListener("submit", (event) => event.preventDefault());
