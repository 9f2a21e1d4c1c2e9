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

const DATABASE = "tinhso-reports", STORE = "tellings", LOCK = "tinhso-reports";
const WAITS = "tinhso-reports";
const KEPT_DAYS = 7; // what was sent stays in the list, so that its page is found again
const TOKEN = /name="csrfmiddlewaretoken" value="([^"]+)"/;
const SENDS = "/reports/away/send/", FORM = "/reports/new/";

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "request" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await database();
  try {
    return await new Promise<T>((resolve, reject) => {
      // "strict": what the person is told is kept must survive a battery that dies
      const turn = opened.transaction(STORE, mode, { durability: "strict" });
      const asked = act(turn.objectStore(STORE));
      turn.oncomplete = () => resolve(asked.result);
      turn.onerror = turn.onabort = () => reject(turn.error);
    });
  } finally {
    opened.close();
  }
}

export function keep(one: Telling): Promise<unknown> {
  mark(true);
  return inStore("readwrite", (store) => store.put(one));
}

export function drop(request: string): Promise<unknown> {
  return inStore("readwrite", (store) => store.delete(request));
}

export async function all(): Promise<Telling[]> {
  const found = await inStore<Telling[]>("readonly", (store) => store.getAll() as IDBRequest<Telling[]>);
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

// Says to every page whether to look for what waits, without opening the database.
function mark(waits: boolean): void {
  try {
    if (waits) localStorage.setItem(WAITS, "1");
    else localStorage.removeItem(WAITS);
  } catch {
    // no such store here: pages for telling look anyway
  }
}

// Sends what waits, one after the other; says whether anything still waits for a network.
export function flush(): Promise<boolean> {
  return navigator.locks.request(LOCK, async () => {
    const everything = await all();
    const waiting = everything.filter((one) => !one.told && !one.problem);
    for (const old of everything) if (old.told && Date.now() - Date.parse(old.at) > KEPT_DAYS * 86_400_000) await drop(old.request);
    if (!waiting.length) {
      mark(false);
      return false;
    }
    try {
      const token = TOKEN.exec(await (await fetch(FORM, { credentials: "same-origin", cache: "no-store" })).text())?.[1];
      if (!token) return true;
      for (const one of waiting) await send(one, token);
      mark(false);
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
