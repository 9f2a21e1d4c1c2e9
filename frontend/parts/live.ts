// Live pages: <body data-live="/live"> opens one event stream; an element with an id and data-live-refresh="topic other"
// is fetched anew (from data-live-src, else from this page) when a message of one of its topics arrives.
// A message is JSON with "topic", or plain text that is the topic itself. "*" listens to every topic.
function topicOf(data: string): string {
  try {
    const message: unknown = JSON.parse(data);
    if (message && typeof message === "object" && "topic" in message) return String(message.topic);
  } catch {
    // plain text
  }
  return data.trim();
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

function wanting(topic: string): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-refresh]")];
  return all.filter((element) => {
    const topics = (element.dataset["liveRefresh"] ?? "").split(/\s+/);
    return topics.includes("*") || topics.includes(topic);
  });
}

export function liveRefresh(): void {
  const address = document.body.dataset["live"];
  if (!address || !document.querySelector("[data-live-refresh]")) return;
  const waiting = new Set<string>();
  let timer = 0;
  const flush = (): void => {
    for (const topic of waiting) for (const element of wanting(topic)) void refresh(element);
    waiting.clear();
  };
  const stream = new EventSource(address, { withCredentials: true });
  stream.onmessage = (event: MessageEvent<string>) => {
    waiting.add(topicOf(event.data));
    clearTimeout(timer);
    timer = window.setTimeout(flush, 400); // a burst is one refresh
  };
  addEventListener("pagehide", () => stream.close());
}
