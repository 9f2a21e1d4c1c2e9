// What was filled in on this device: drafts, and forms that wait to be sent. Each has the name under which the server takes
// it once. Nothing goes from here before the server has said that it is kept.
export interface Kept {
  instance: string;
  code: string;
  title: string;
  owner: string;
  state: "draft" | "waiting" | "sent";
  fields: [string, string][];
  files: { name: string; file: string; blob: Blob }[];
  at: string;
  about: string;
  sent?: { ref: string; address: string };
  problem?: string;
  problems?: { key: string; label: string; message: string }[];
}

const DATABASE = "tinhso-surveys", STORE = "forms", MARK = "tinhso-surveys", COOKIE = "surveys_waiting";

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "instance" });
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

export async function all(): Promise<Kept[]> {
  const found = await inStore<Kept[]>("readonly", (store) => store.getAll() as IDBRequest<Kept[]>);
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

export async function get(instance: string): Promise<Kept | undefined> {
  return inStore<Kept | undefined>("readonly", (store) => store.get(instance) as IDBRequest<Kept | undefined>);
}

export async function keep(one: Kept): Promise<void> {
  await inStore("readwrite", (store) => store.put(one));
  await mark();
}

export async function drop(instance: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(instance));
  await mark();
}

// Tells other pages whether to look here, and the server that a log-out must not empty this device.
async function mark(): Promise<void> {
  const waits = (await all()).some((one) => one.state !== "sent");
  document.cookie = `${COOKIE}=${waits ? 1 : ""}; path=/; SameSite=Lax; max-age=${waits ? 31_536_000 : 0}`;
  try {
    if (waits) localStorage.setItem(MARK, "1");
    else localStorage.removeItem(MARK);
  } catch {
    // no such store here: pages of surveys look anyway
  }
}
