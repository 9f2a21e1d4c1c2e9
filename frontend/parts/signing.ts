// While many documents are signed in one confirmation, the page says how many are done: the answer comes only when all are.
const EVERY = 1000; // milliseconds

async function told(address: string): Promise<{ done: number; of: number } | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() as { done: number; of: number } : null;
  } catch {
    return null;
  }
}

export function progress(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-progress]");
  const box = form?.querySelector<HTMLElement>("[data-at-work]");
  if (!form || !box) return;
  form.addEventListener("submit", () => {
    const chosen = [...form.querySelectorAll<HTMLInputElement>("input[name=item]:checked")];
    const refs = chosen.map((one) => `ref=${encodeURIComponent(one.value.split("#")[0] ?? "")}`).join("&");
    const bar = box.querySelector("progress"), count = box.querySelector("[data-count]");
    if (!bar || !count) return;
    box.hidden = false;
    bar.max = Math.max(chosen.length, 1);
    form.querySelector<HTMLButtonElement>("button[type=submit]")?.setAttribute("aria-disabled", "true");
    const look = async (): Promise<void> => {
      const now = await told(`${form.dataset["progress"]}?${refs}`);
      if (now) {
        bar.value = now.done;
        count.textContent = `${now.done} / ${now.of}`;
      }
      setTimeout(() => void look(), EVERY);
    };
    setTimeout(() => void look(), EVERY);
  });
}
