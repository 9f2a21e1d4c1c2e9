// The installed app: a service worker at the root, and a phone that forgets when somebody leaves.
export function installable(): void {
  if (!("serviceWorker" in navigator) || !document.querySelector('link[rel="manifest"]')) return;
  addEventListener("load", () => {
    void navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => undefined); // a private window may refuse
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (new URL(form.action).pathname.endsWith("/logout/")) navigator.serviceWorker.controller?.postMessage({ forget: true });
  });
  // What was shown without a network is read afresh as soon as there is one, unless the reader is on the way elsewhere.
  let leaving = false;
  addEventListener("beforeunload", () => (leaving = true));
  const again = (): void => {
    setTimeout(() => {
      if (document.documentElement.dataset["lastSeen"] && navigator.onLine && !leaving) location.reload();
    }, 300);
  };
  addEventListener("online", again);
  // Not every browser tells of the network's return: ask for something small until it comes.
  if (document.documentElement.dataset["lastSeenWhy"] === "offline")
    setInterval(() => void fetch("/manifest.webmanifest", { method: "HEAD", cache: "no-store" }).then(again, () => undefined), 5000);
}
