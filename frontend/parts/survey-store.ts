import { offlineStore } from "./offline-store";

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

const COOKIE = "surveys_waiting";
const store = offlineStore<Kept>({ database: "tinhso-surveys", store: "forms", key: "instance", mark: "tinhso-surveys" });

export const all = store.all, get = store.get;

export async function keep(one: Kept): Promise<void> {
  await store.put(one);
  await mark();
}

export async function drop(instance: string): Promise<void> {
  await store.remove(instance);
  await mark();
}

// Tells other pages whether to look here, and the server that a log-out must not empty this device.
async function mark(): Promise<void> {
  const waits = (await all()).some((one) => one.state !== "sent");
  document.cookie = `${COOKIE}=${waits ? 1 : ""}; path=/; SameSite=Lax; max-age=${waits ? 31_536_000 : 0}`;
  store.markWaiting(waits);
}
