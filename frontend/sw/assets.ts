// Files whose names carry their hash never change: once fetched they come from the cache.
import type { Build } from "./types.ts";

const shell = (build: Build): string => `shell-${build.version}`;

export async function assetKept(request: Request, build: Build): Promise<Response> {
  const cache = await caches.open(shell(build));
  const kept = (await cache.match(request, { ignoreVary: true })) ?? (await caches.match(request, { ignoreVary: true }));
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// What everybody may read and what changes now and then: as the server has it, and as it was where there is no network.
export async function freshOrKept(request: Request, build: Build): Promise<Response> {
  const cache = await caches.open(shell(build));
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (problem) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw problem;
  }
}

export async function offlinePage(build: Build): Promise<Response> {
  const kept = await (await caches.open(shell(build))).match(build.offline);
  return kept ?? new Response("offline", { status: 503, headers: { "Content-Type": "text/plain" } });
}

// A new build leaves nothing of the old one but pages, whose files it serves as long as they are here.
export async function forgetAssets(build: Build): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== shell(build)).map((name) => caches.delete(name)));
}
