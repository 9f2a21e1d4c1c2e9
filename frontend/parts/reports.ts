// The form for telling something: where the phone is, what the photos look like, what the words sound like. Without it
// the form is the same form.
import { away } from "./away.ts";

const PREVIEWS = 6;
const PAUSE = 400; // milliseconds without a key before the words are looked at

function locate(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-locate]");
  if (!button || !navigator.geolocation) return;
  form.querySelector<HTMLElement>("[data-here]")!.hidden = false;
  const said = form.querySelector<HTMLElement>("[data-located]")!;
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field("longitude").value = coords.longitude.toFixed(6);
        field("latitude").value = coords.latitude.toFixed(6);
        said.textContent = said.dataset["yes"] ?? "";
        button.disabled = false;
        form.dispatchEvent(new CustomEvent("tinhso:placed"));
        if (button.dataset["locate"] === "go") form.submit();
      },
      () => {
        said.textContent = said.dataset["no"] ?? "";
        button.disabled = false;
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}

function preview(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file][name=photo]");
  const row = form.querySelector<HTMLElement>("[data-previews]");
  if (!input || !row) return;
  input.addEventListener("change", () => {
    row.replaceChildren(
      ...[...(input.files ?? [])].slice(0, PREVIEWS).map((file) => {
        const image = new Image(160, 120);
        image.src = URL.createObjectURL(file);
        image.alt = file.name;
        image.addEventListener("load", () => URL.revokeObjectURL(image.src));
        return image;
      }),
    );
    row.hidden = !row.childElementCount;
  });
}

function suggest(form: HTMLFormElement): void {
  const address = form.dataset["suggest"];
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  if (!address || !text) return;
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(async () => {
      const answer = await fetch(`${address}?text=${encodeURIComponent(text.value.slice(0, 1000))}`).catch(() => null);
      if (!answer?.ok) return;
      const { categories } = (await answer.json()) as { categories: string[] };
      for (const chip of form.querySelectorAll<HTMLElement>("[data-category]"))
        chip.toggleAttribute("data-likely", categories.includes(chip.dataset["category"] ?? ""));
    }, PAUSE);
  });
}

// The map of communes on which a pin is placed: fetched when somebody opens it, and from then on there without a network.
function pin(form: HTMLFormElement): void {
  const fold = form.querySelector<HTMLDetailsElement>("details[data-place]");
  const frame = fold?.querySelector<HTMLElement>("[data-place-map]");
  const spec = frame?.querySelector("template")?.content.firstElementChild;
  if (!fold || !frame || !spec) return;
  const steps = fold.querySelector<HTMLElement>("[data-place-steps]");
  let begun = false;
  const gone = (): void => {
    frame.hidden = true;
    if (steps) steps.hidden = false;
    else form.querySelector<HTMLElement>("[data-placed]")!.textContent = frame.dataset["gone"] ?? "";
  };
  const begin = (): void => {
    if (!fold.open || begun) return;
    begun = true;
    frame.hidden = false;
    if (steps) steps.hidden = true;
    const map = document.createElement("ts-map");
    map.append(spec);
    map.addEventListener("tinhso:undrawn", gone);
    frame.append(map);
    import("../map.ts").catch(gone);
  };
  fold.hidden = false;
  fold.addEventListener("toggle", begin);
  begin();
}

export function reports(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-report]")) {
    locate(form);
    preview(form);
    suggest(form);
    pin(form);
    if (form.dataset["away"]) away(form);
  }
}
