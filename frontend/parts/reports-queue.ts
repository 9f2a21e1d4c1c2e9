import { offlineStore } from "./offline-store";

// Reports told without a network. Each has a name of its own, made on the phone: the server takes a name once, so a queue that
// heard no answer may send again.
export interface Telling {
  request: string;
  fields: Record<string, string>;
  photos: { name: string; blob: Blob }[];
  at: string;
  told?: { ref: string; address: string };
  problem?: string;
}

const LOCK = "tinhso-reports";
const KEPT_DAYS = 7; // what was sent stays in the list, so that its page is found again
const TOKEN = /name="csrfmiddlewaretoken" value="([^"]+)"/;
const SENDS = "/reports/away/send/", FORM = "/reports/new/";
const store = offlineStore<Telling>({ database: "tinhso-reports", store: "tellings", key: "request", mark: "tinhso-reports" });

export const all = store.all, drop = store.remove;

export function keep(telling: Telling): Promise<void> {
  store.markWaiting(true);
  return store.put(telling);
}

// Sends what waits, one after the other; says whether anything still waits for a network.
export function flush(): Promise<boolean> {
  return navigator.locks.request(LOCK, async () => {
    const everything = await all();
    const waiting = everything.filter((one) => !one.told && !one.problem);
    for (const old of everything) if (old.told && Date.now() - Date.parse(old.at) > KEPT_DAYS * 86_400_000) await drop(old.request);
    if (!waiting.length) {
      store.markWaiting(false);
      return false;
    }
    try {
      const token = TOKEN.exec(await (await fetch(FORM, { credentials: "same-origin", cache: "no-store" })).text())?.[1];
      if (!token) return true;
      for (const one of waiting) await send(one, token);
      store.markWaiting(false);
      return false;
    } catch {
      return true; // no network yet: everything stays
    }
  }) as Promise<boolean>;
}

async function send(one: Telling, token: string): Promise<void> {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  body.set("request", one.request);
  body.set("sent_at", one.at);
  for (const [name, value] of Object.entries(one.fields)) body.set(name, value);
  for (const { name, blob } of one.photos) body.append("photo", blob, name);
  const answer = await fetch(SENDS, { method: "POST", body, credentials: "same-origin" });
  if (answer.ok) {
    const told = (await answer.json()) as { ref: string; address: string };
    return void (await keep({ ...one, photos: [], fields: { text: one.fields["text"] ?? "" }, told }));
  }
  if (answer.status === 422 || answer.status === 413) {
    const said = answer.status === 422 ? ((await answer.json()) as { message: string }).message : "413";
    return void (await keep({ ...one, problem: said }));
  }
  throw new Error(`${answer.status}`); // the server is not well, or wants us to come later
}
