// Live pages: <body data-live="/live/"> opens one event stream; an element with an id and data-live-refresh="topic other"
// is fetched anew (from data-live-src, else from this page) when an event of one of its topics arrives. A topic is an
// event's full name ("reporting.ReturnApproved"); for messages without a name also the part before the dot, the
// aggregate, or "*".
interface Heard {
  name?: string;
  aggregate?: string;
}

function topicsOf(data: string): string[] {
  const heard = JSON.parse(data) as Heard;
  const name = heard.name ?? "";
  return [name, name.split(".")[0] ?? "", heard.aggregate ?? "", "*"].filter(Boolean);
}

// The stream's own server may be given as a bare origin.
function addressOf(given: string): string {
  const address = new URL(given, location.href);
  if (address.pathname === "/") address.pathname = "/live/";
  return address.href;
}

async function refresh(element: HTMLElement): Promise<void> {
  if (!element.id || element.contains(document.activeElement)) return; // never under somebody's hands
  const answer = await fetch(element.dataset["liveSrc"] ?? location.href, { headers: { "X-Live": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(element.id);
  if (fresh) document.getElementById(element.id)?.replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("tinhso:refreshed", { detail: element.id }));
}

function wanting(topics: Set<string>): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-refresh]")];
  return all.filter((element) => (element.dataset["liveRefresh"] ?? "").split(/\s+/).some((topic) => topics.has(topic)));
}

// The stream names its events, and a browser hands over only the names one asks for.
function named(): string[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-refresh]")];
  return [...new Set(all.flatMap((element) => (element.dataset["liveRefresh"] ?? "").split(/\s+/)).filter((topic) => topic.includes(".")))];
}

export function liveRefresh(): void {
  const address = document.body.dataset["live"];
  if (!address || !document.querySelector("[data-live-refresh]")) return;
  const waiting = new Set<string>();
  let timer = 0;
  const flush = (): void => {
    for (const element of wanting(waiting)) void refresh(element);
    waiting.clear();
  };
  const hear = (topics: string[]): void => {
    topics.forEach((topic) => waiting.add(topic));
    clearTimeout(timer);
    timer = window.setTimeout(flush, 400); // a burst is one refresh
  };
  const stream = new EventSource(addressOf(address), { withCredentials: true });
  const told = (event: Event): void => hear(topicsOf((event as MessageEvent<string>).data));
  for (const name of ["message", ...named()]) stream.addEventListener(name, told);
  // Missed too much: everything live on the page is read afresh.
  stream.addEventListener("reset", () => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-live-refresh]")) void refresh(element);
  });
  addEventListener("pagehide", () => stream.close());
}
