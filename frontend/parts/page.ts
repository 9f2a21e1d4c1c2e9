// Small conveniences that a page may ask for by attribute.

// <button data-fullscreen>: the wall fills the screen.
export function fullscreen(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-fullscreen]")) {
    button.hidden = !document.fullscreenEnabled;
    button.addEventListener("click", () => {
      void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    });
  }
}

// A link with data-area="ref" lights up the area of the same data-ref on the map, and the other way round.
export function hoverList(): void {
  const mark = (event: Event, on: boolean): void => {
    const ref = (event.target as Element).closest?.("[data-area]")?.getAttribute("data-area");
    if (!ref) return;
    for (const area of document.querySelectorAll(`[data-area="${CSS.escape(ref)}"]`)) area.classList.toggle("is-lit", on);
  };
  document.addEventListener("mouseover", (event) => mark(event, true));
  document.addEventListener("mouseout", (event) => mark(event, false));
}

// <form data-autosave="/address" data-saving="…" data-saved="…" data-unsaved="…">: sends itself in the background a moment
// after a change; the element .save-state inside it says so.
export function savedForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    let timer = 0;
    const say = (word: string): void => {
      const place = form.querySelector<HTMLElement>(".save-state");
      if (place) place.textContent = form.dataset[word] ?? "";
    };
    const send = async (): Promise<void> => {
      say("saving");
      const address = form.dataset["autosave"] || form.action;
      const answer = await fetch(address, { method: "POST", body: new FormData(form), headers: { "X-Autosave": "1" } }).catch(() => null);
      say(answer?.ok ? "saved" : "unsaved");
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void send(), 900);
    });
  }
}
