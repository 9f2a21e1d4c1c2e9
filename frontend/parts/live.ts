// Live pages: <body data-live="/live/"> opens one event stream; an element with an id and data-live-refresh="topic other"
// is fetched anew (from data-live-src, else from this page) when an event of one of its topics arrives. A topic is an
// event's full name ("reporting.ReturnApproved"); for messages without a name also the part before the dot, the
// aggregate, or "*". <body data-live-topics="…"> names topics of elements that come later. What the stream does is told
// as "tinhso:live" (detail: open, heard or lost), what was fetched as "tinhso:refreshed" (detail: the element's id).
interface Heard {
  name?: string;
  aggregate?: string;
}

const TOGETHER = 400; // ms: a burst of events is one refresh (longer than the server shares an answer: ioc/queries/kept.py) …
const AT_MOST = 1200; // … however long it goes on
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

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

function tell(name: string, detail: string): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

const addressIn = (element: HTMLElement): string => element.dataset["liveSrc"] ?? location.href;

// What several elements show of one address is fetched once.
export async function refresh(...elements: HTMLElement[]): Promise<void> {
  const asked = elements.filter((one) => one.id && !one.contains(document.activeElement)); // never under somebody's hands
  await Promise.all([...new Set(asked.map(addressIn))].map((address) => fetchInto(address, asked)));
}

async function fetchInto(address: string, asked: HTMLElement[]): Promise<void> {
  const answer = await fetch(address, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const element of asked.filter((one) => addressIn(one) === address)) {
    const fresh = page.getElementById(element.id);
    if (!fresh) continue;
    // Only what still stands there and nobody has begun to use: the page may have moved on meanwhile.
    if (element.isConnected && !element.contains(document.activeElement)) element.replaceWith(document.adoptNode(fresh));
    tell("tinhso:refreshed", element.id);
  }
}

function wanting(topics: Set<string>): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-refresh]")];
  const inner = all.filter((element) => (element.dataset["liveRefresh"] ?? "").split(/\s+/).some((topic) => topics.has(topic)));
  const busy = document.activeElement;
  return inner.filter((element) => !inner.some((other) => other !== element && other.contains(element) && !other.contains(busy)));
}

// The stream names its events, and a browser hands over only the names one asks for.
function named(): string[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-refresh]")];
  const given = [...all.map((element) => element.dataset["liveRefresh"]), document.body.dataset["liveTopics"]];
  return [...new Set(given.flatMap((topics) => (topics ?? "").split(/\s+/)).filter((topic) => topic.includes(".")))];
}

class Gathering {
  private readonly waiting = new Set<string>();
  private timer = 0;
  private since = 0;

  hear(topics: string[]): void {
    if (this.waiting.size === 0) this.since = Date.now();
    topics.forEach((topic) => this.waiting.add(topic));
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), Math.max(0, Math.min(TOGETHER, this.since + AT_MOST - Date.now())));
  }

  private flush(): void {
    void refresh(...wanting(this.waiting));
    this.waiting.clear();
  }
}

function everything(): void {
  void refresh(...wanting(new Set(named())));
}

// A browser comes back by itself after a lost connection, but gives up when the server says no (it is being restarted,
// the log-in has ended): then this tries again, ever more seldom.
export function liveRefresh(): void {
  const address = document.body.dataset["live"];
  if (!address || !document.querySelector("[data-live-refresh]")) return;
  const gathering = new Gathering();
  let pause = FIRST_PAUSE;
  let lost = false;
  let stream: EventSource;
  const told = (event: Event): void => {
    tell("tinhso:live", "heard");
    gathering.hear(topicsOf((event as MessageEvent<string>).data));
  };
  const open = (): void => {
    stream = new EventSource(addressOf(address), { withCredentials: true });
    for (const name of ["message", ...named()]) stream.addEventListener(name, told);
    stream.addEventListener("reset", everything); // missed too much: all that is live is read afresh
    stream.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      tell("tinhso:live", "open");
      if (lost) everything();
      lost = false;
    });
    stream.addEventListener("error", () => {
      tell("tinhso:live", "lost");
      if (stream.readyState !== EventSource.CLOSED) return;
      lost = true;
      window.setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  };
  open();
  addEventListener("pagehide", () => stream.close());
}
