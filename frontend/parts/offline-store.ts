// What waits on this device for a network, in the browser's own database: one store of things, each under its key.
export interface OfflineStore<T> {
  all(): Promise<T[]>; // the oldest first
  get(key: string): Promise<T | undefined>;
  put(thing: T): Promise<void>;
  remove(key: string): Promise<void>;
  markWaiting(waits: boolean): void;
}

// `mark` names the entry of localStorage by which pages know, without opening the database, that something waits.
export function offlineStore<T extends { at: string }>(names: { database: string; store: string; key: keyof T & string; mark: string }): OfflineStore<T> {
  function open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(names.database, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(names.store, { keyPath: names.key });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
  }

  async function run<R>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> {
    const database = await open();
    try {
      return await new Promise<R>((resolve, reject) => {
        // "strict": what the person is told is kept must survive a battery that dies
        const transaction = database.transaction(names.store, mode, { durability: "strict" });
        const request = act(transaction.objectStore(names.store));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }

  return {
    async all() {
      const things = await run<T[]>("readonly", (store) => store.getAll() as IDBRequest<T[]>);
      return things.sort((first, second) => first.at.localeCompare(second.at));
    },
    get: (key) => run<T | undefined>("readonly", (store) => store.get(key) as IDBRequest<T | undefined>),
    async put(thing) {
      await run("readwrite", (store) => store.put(thing));
    },
    async remove(key) {
      await run("readwrite", (store) => store.delete(key));
    },
    markWaiting(waits) {
      try {
        if (waits) localStorage.setItem(names.mark, "1");
        else localStorage.removeItem(names.mark);
      } catch {
        // no such store here: pages look into the database anyway
      }
    },
  };
}
