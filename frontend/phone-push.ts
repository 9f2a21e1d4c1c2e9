// The switch of notifications on this device: asks the browser, then sends the ordinary form with what it answered.
function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// The list names a device by a digest of its address.
async function tag(endpoint: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

function say(box: HTMLElement, key: string): void {
  const place = box.querySelector("[data-push-said]");
  if (place) place.textContent = box.dataset[key] ?? "";
}

async function subscribe(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") return say(box, "blocked");
  const registration = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset["push"] ?? "") };
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const made = await registration.pushManager.subscribe(options);
  const fields = { endpoint: made.endpoint, p256dh: text(made.getKey("p256dh")), auth: text(made.getKey("auth")) };
  for (const [name, value] of Object.entries(fields)) (form.elements.namedItem(name) as HTMLInputElement).value = value;
  form.submit();
}

async function state(box: HTMLElement, form: HTMLFormElement): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  const made = await registration?.pushManager.getSubscription();
  const row = made ? document.querySelector(`[data-device="${await tag(made.endpoint)}"]`) : null;
  const mark = row?.querySelector<HTMLElement>("[data-device-here]");
  if (mark) {
    mark.hidden = false;
    mark.textContent = box.dataset["here"] ?? "";
  }
  if (made && !row) await made.unsubscribe(); // switched off from another device
  form.hidden = Boolean(row);
  box.querySelector<HTMLElement>("[data-push-on]")!.hidden = !row;
}

export function pushSwitch(): void {
  const box = document.querySelector<HTMLElement>("[data-push]");
  const form = box?.querySelector<HTMLFormElement>("[data-push-form]");
  if (!box || !form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  box.querySelector<HTMLElement>("[data-push-none]")!.hidden = true;
  form.hidden = false;
  void state(box, form).catch(() => undefined);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void subscribe(box, form).catch(() => say(box, "failed"));
  });
}
