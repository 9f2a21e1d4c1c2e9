// Keyboard first: "/" or Ctrl+K to go anywhere, j and k through table rows, Enter to open one, Ctrl+S to save, "?" for help.
// A row that can be opened holds a link; a table that takes part has the attribute data-rows.
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr")];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows[at]?.classList.remove("is-current");
  next?.classList.add("is-current");
  const link = next?.querySelector<HTMLElement>("a, button, input");
  link?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function help(): void {
  document.querySelector<HTMLDialogElement>("dialog[data-shortcuts]")?.showModal();
}

function save(event: KeyboardEvent): void {
  const form = document.querySelector<HTMLFormElement>("form[data-save]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
}

// The palette where there is one, else the search of the page. It opens at once and takes letters while its program is
// still on the way; Enter pressed meanwhile counts too.
function go(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-palette]");
  const input = dialog?.querySelector("input");
  if (!dialog || !input) return document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
  if (dialog.open) return;
  let entered = false;
  const early = (event: KeyboardEvent): void => void (entered ||= event.key === "Enter");
  input.value = "";
  input.addEventListener("keydown", early);
  dialog.showModal();
  input.focus();
  void import("./palette.ts").then((found) => {
    input.removeEventListener("keydown", early);
    found.openPalette(dialog, entered);
  });
}

const KEYS: Record<string, () => void> = {
  "/": go,
  j: () => step(1),
  k: () => step(-1),
  "?": help,
};

export function shortcuts(): void {
  for (const hint of document.querySelectorAll<HTMLElement>("[data-shortcuts-hint]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") return save(event);
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && document.querySelector("dialog[data-palette]")) {
      event.preventDefault();
      return go();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
