// The page that the phone keeps for telling without a network: what is written goes into the queue, the queue is shown and sent.
import { all, drop, flush, keep, type Telling } from "./reports-queue.ts";

const AGAIN = 5000; // milliseconds until the queue tries again

function line(one: Telling, list: HTMLElement): HTMLLIElement {
  const item = document.createElement("li");
  const words = (name: string): string => list.dataset[`words${name}`] ?? "";
  const told = document.createElement("span");
  const text = one.fields["text"] ?? "";
  told.textContent = (text.length > 80 ? `${text.slice(0, 80)}…` : text) + (one.photos.length ? ` · ${one.photos.length} ${words("Photos")}` : "");
  const state = document.createElement(one.told ? "a" : "span");
  state.className = one.problem ? "late small" : "small soft";
  state.textContent = one.told ? `${one.told.ref}: ${words("Sent")}` : (one.problem ?? words("Waiting"));
  if (state instanceof HTMLAnchorElement && one.told) state.href = one.told.address;
  item.append(told, " ", state);
  if (!one.told) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = words("Drop");
    button.addEventListener("click", () => void drop(one.request).then(show));
    item.append(" ", button);
  }
  return item;
}

async function show(): Promise<void> {
  const list = document.querySelector<HTMLElement>("[data-queue]");
  if (!list) return;
  const found = await all();
  list.replaceChildren(...found.map((one) => line(one, list)));
  list.closest<HTMLElement>("[data-waiting]")!.hidden = !found.length;
}

async function send(): Promise<void> {
  const left = await flush().catch(() => true);
  await show();
  if (left) setTimeout(() => void send(), AGAIN);
}

function written(form: HTMLFormElement): Telling {
  const data = new FormData(form);
  const photos = data.getAll("photo").filter((one): one is File => one instanceof File && one.size > 0);
  const fields: Record<string, string> = {};
  for (const [name, value] of data) if (typeof value === "string") fields[name] = value;
  return { request: crypto.randomUUID(), fields, photos: photos.map((file) => ({ name: file.name, blob: file })), at: new Date().toISOString() };
}

export function away(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void keep(written(form)).then(async () => {
      form.reset();
      form.querySelector<HTMLElement>("[data-previews]")?.replaceChildren();
      await show();
      document.querySelector<HTMLElement>("[data-waiting]")?.scrollIntoView({ block: "nearest" });
      void send();
    });
  });
  addEventListener("online", () => void send());
  void show().then(send);
}

// Any page sends what waits from before.
export function sendWaiting(): void {
  void flush().catch(() => undefined);
}
