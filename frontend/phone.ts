// Parts of pages that a phone makes nicer; without script each is a link or a form that works.
import { share } from "./phone-share.ts";
import { pushSwitch } from "./phone-push.ts";

// The pages that the home leads to are kept for later while nobody waits; never where data is dear.
function keepLinked(): void {
  const home = document.querySelector("[data-phone-keep]");
  const line = (navigator as Navigator & { connection?: { saveData?: boolean; effectiveType?: string } }).connection;
  if (!home || document.documentElement.dataset["lastSeen"] || line?.saveData || /2g/.test(line?.effectiveType ?? "")) return;
  const addresses = [...home.querySelectorAll<HTMLAnchorElement>("a[data-keep]")].map((link) => link.href);
  setTimeout(() => {
    void navigator.serviceWorker?.ready.then((registration) => registration.active?.postMessage({ keep: addresses }));
  }, 4_000);
}

keepLinked();
share();
pushSwitch();
