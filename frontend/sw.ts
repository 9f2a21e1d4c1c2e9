// The service worker: hashed files from the cache, pages from the network, and where there is none, the pages of the
// phone as they were last seen, with the time. It keeps no answer to a POST, and nothing of one person for the next.
// The server writes self.BUILD before this text.
import { assetKept, forgetAssets, freshOrKept } from "./sw/assets.ts";
import { page } from "./sw/pages.ts";
import { doubt, forget, keepAll } from "./sw/store.ts";
import { notify, opened } from "./sw/push.ts";
import type { Build } from "./sw/types.ts";

const worker = self as unknown as ServiceWorkerGlobalScope & { BUILD: Build };
const build = worker.BUILD;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(`shell-${build.version}`).then((cache) =>
      // Nobody's page: it may be shown to whoever holds the phone.
      Promise.all([...build.assets.map((file) => cache.add(file)), ...[build.offline, ...Object.values(build.instead)].map((page) => cache.add(new Request(page, { credentials: "omit" }))), cache.add("/theme.css")]),
    ),
  );
  void worker.skipWaiting();
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetAssets(build).then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.method === "POST" && address.pathname === build.logout) return event.waitUntil(left());
  if (changesReader(request, address)) return event.respondWith(throughTheDoor(request));
  if (request.method !== "GET") return;
  if (address.pathname.startsWith("/static/dist/assets/")) return event.respondWith(assetKept(request, build));
  if (build.data.includes(address.pathname)) return event.respondWith(freshOrKept(request, build));
  if (address.pathname === "/theme.css") return event.respondWith(fetch(request).catch(() => assetKept(request, build)));
  if (request.mode === "navigate") event.respondWith(page(event, build));
});

// Who logs out leaves no page and hears nothing more here. The server empties the device too, unless answers wait in it.
async function left(): Promise<void> {
  await forget();
  const heard = await worker.registration.pushManager?.getSubscription();
  await heard?.unsubscribe();
}

// Somebody comes or goes: until the server says who reads, no kept page is shown.
function changesReader(request: Request, address: URL): boolean {
  return (request.method === "POST" && address.pathname.startsWith(build.door)) || address.pathname.startsWith(`${build.door}oidc/`);
}

async function throughTheDoor(request: Request): Promise<Response> {
  const answer = await fetch(request);
  await doubt();
  return answer;
}

worker.addEventListener("message", (event) => {
  const said = event.data as { forget?: boolean; keep?: string[] };
  if (said.forget) event.waitUntil(forget());
  if (said.keep) event.waitUntil(keepAll(said.keep, build));
});

worker.addEventListener("push", (event) => event.waitUntil(notify(worker, event.data)));
worker.addEventListener("notificationclick", (event) => event.waitUntil(opened(worker, event.notification)));
