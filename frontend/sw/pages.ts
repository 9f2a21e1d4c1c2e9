// A page comes from the network. Where it does not come, or takes too long and there is a copy, the copy says when it was seen.
import { offlinePage } from "./assets.ts";
import { allSeen, languageOf, mayBeKept, noted, seen, type Seen } from "./store.ts";
import type { Build } from "./types.ts";

const PATIENCE = 8_000;

export async function page(event: FetchEvent, build: Build): Promise<Response> {
  const address = new URL(event.request.url);
  const asked = fetch(event.request).then((answer) => {
    event.waitUntil(noted(answer.clone(), address, build).catch(() => undefined));
    return answer;
  });
  event.waitUntil(asked.catch(() => undefined));
  const copy = mayBeKept(address, build) ? await seen(address) : null;
  try {
    const answer = copy ? await Promise.race([asked, late()]) : await asked;
    if (answer && !(copy && answer.status >= 500)) return answer;
    return copy ? shown(copy, build, "slow") : await asked;
  } catch {
    return copy ? shown(copy, build, "offline") : ((await instead(address, build)) ?? listing(build));
  }
}

// Some pages have one that does their work without a network: the same for everybody, kept with the shell.
async function instead(address: URL, build: Build): Promise<Response | undefined> {
  const other = build.instead[address.pathname] ?? Object.values(build.instead).find((path) => path === address.pathname);
  return other ? (await caches.open(`shell-${build.version}`)).match(other) : undefined;
}

function late(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
}

function moment(at: Date): string {
  const parts = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", ...options }).format(at);
  return `${parts({ hour: "2-digit", minute: "2-digit" })} ${parts({ day: "2-digit", month: "2-digit", year: "numeric" })}`;
}

function shown(copy: Seen, build: Build, why: "offline" | "slow"): Response {
  const words = (build.words[languageOf(copy.text)]?.[why] ?? "").replace("%s", `<time datetime="${copy.at.toISOString()}">${moment(copy.at)}</time>`);
  const note = `<p class="message message-warning last-seen" role="status"><span>${words}</span></p>`;
  const text = copy.text
    .replace(/<html /, `<html data-last-seen="${copy.at.toISOString()}" data-last-seen-why="${why}" `)
    .replace(/(<main [^>]*>)/, (main) => main + note);
  return html(text);
}

// The page for pages that are not kept: says so, and lists what can be read without a network.
async function listing(build: Build): Promise<Response> {
  const blank = await offlinePage(build);
  const text = await blank.text();
  const found = await allSeen();
  const list = found.map((one) => `<li><a href="${escaped(one.address)}">${one.title}</a><span class="soft small">${moment(one.at)}</span></li>`).join("");
  return html(list ? text.replace(/<!--kept-->[\s\S]*?<!--\/kept-->/, `<ul class="list">${list}</ul>`) : text);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

function html(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY } });
}

// A page that the worker writes obeys the same policy as one that the server sends.
const POLICY = "default-src 'self'; img-src 'self' data: blob:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'";
