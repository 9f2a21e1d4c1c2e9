// Pages as they were last seen, in one cache that belongs to one reader. The server says in X-Reader whose page an answer
// is (a digest, not a name); with another reader's first page all that was kept goes.
import type { Build } from "./types.ts";

export const PAGES = "pages";
const OWNER = "/-/reader";
const DOUBT = "/-/doubt";
const SEEN_AT = "X-Seen-At";
const KEEP_DAYS = "X-Keep-Days"; // how long the server lets a page be shown, where that is not a week
const DAYS = 7;
const AT_MOST = 40;

export async function forget(): Promise<void> {
  await caches.delete(PAGES);
}

// Somebody logged in: nothing is shown from here until it is known to be theirs.
export async function doubt(): Promise<void> {
  await (await caches.open(PAGES)).put(DOUBT, new Response(""));
}

// Whose pages these are from now on; those of somebody else are gone when this returns.
async function belongsTo(reader: string): Promise<Cache> {
  const cache = await caches.open(PAGES);
  const owner = await (await cache.match(OWNER))?.text();
  if (owner === reader) {
    await cache.delete(DOUBT);
    return cache;
  }
  await forget();
  const fresh = await caches.open(PAGES);
  await fresh.put(OWNER, new Response(reader));
  return fresh;
}

export function mayBeKept(address: URL, build: Build): boolean {
  const path = address.pathname;
  return build.keepOnly.includes(path) || (build.keep.some((prefix) => path.startsWith(prefix)) && path !== build.offline);
}

// Notes whose page it is and keeps it when it is one of those that are kept.
export async function noted(answer: Response, address: URL, build: Build): Promise<void> {
  const reader = answer.headers.get("X-Reader");
  if (!reader) return;
  const cache = await belongsTo(reader);
  const forbidden = (answer.headers.get("Cache-Control") ?? "").includes("no-store");
  if (!answer.ok || answer.redirected || forbidden || !mayBeKept(address, build)) return;
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html")) return;
  const text = withoutRestricted(await answer.text());
  const headers = { "Content-Type": type, [SEEN_AT]: new Date().toISOString(), [KEEP_DAYS]: answer.headers.get(KEEP_DAYS) ?? String(DAYS) };
  await cache.put(address.href, new Response(text, { headers }));
  await tidy(cache);
}

export interface Seen {
  text: string;
  at: Date;
}

export async function seen(address: URL): Promise<Seen | null> {
  const cache = await caches.open(PAGES);
  const kept = (await cache.match(DOUBT)) ? undefined : await cache.match(address.href);
  const at = new Date(kept?.headers.get(SEEN_AT) ?? 0);
  if (!kept || isTooOld(at, Number(kept.headers.get(KEEP_DAYS) ?? DAYS))) return null;
  return { text: await kept.text(), at };
}

export async function allSeen(): Promise<{ address: string; title: string; at: Date }[]> {
  const cache = await caches.open(PAGES);
  const found = [];
  for (const request of await cache.keys()) {
    const address = new URL(request.url);
    const one = address.pathname.startsWith("/-/") ? null : await seen(address);
    if (one) found.push({ address: address.pathname + address.search, title: titleOf(one.text), at: one.at });
  }
  return found;
}

// Fetches pages that are linked from the phone's home while nobody waits, one after the other.
export async function keepAll(addresses: string[], build: Build): Promise<void> {
  for (const text of addresses.slice(0, 12)) {
    const address = new URL(text, location.origin);
    if (address.origin !== location.origin || !mayBeKept(address, build)) continue;
    const kept = await seen(address);
    if (kept && Date.now() - kept.at.getTime() < 30 * 60_000) continue;
    const answer = await fetch(address, { headers: { "X-Live": "1" } }).catch(() => null);
    if (!answer) return;
    await noted(answer, address, build);
  }
}

function isTooOld(at: Date, days: number): boolean {
  return !(Date.now() - at.getTime() <= days * 86_400_000);
}

async function tidy(cache: Cache): Promise<void> {
  const keys = (await cache.keys()).filter((request) => !new URL(request.url).pathname.startsWith("/-/"));
  await Promise.all(keys.slice(0, Math.max(0, keys.length - AT_MOST)).map((request) => cache.delete(request)));
}

// Figures for few are marked in pages and never left on a device.
function withoutRestricted(text: string): string {
  return text.replace(/<!--online-->[\s\S]*?<!--\/online-->/g, "");
}

export function languageOf(text: string): string {
  return /<html lang="(\w+)/.exec(text)?.[1] ?? "vi";
}

function titleOf(text: string): string {
  return (/<title>([\s\S]*?)<\/title>/.exec(text)?.[1] ?? "").split(" · ")[0] ?? "";
}
