// Keyboard first: "/" or Ctrl+K to go anywhere, j and k through table rows, Enter to open one, x to tick it, Ctrl+S to save,
// "?" for help. A row that can be opened holds a link; a table that takes part has the attribute data-rows.
function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function rows(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>("table[data-rows] tbody tr")];
}

// The row that somebody is in: where the focus is, else the one that was reached last.
function currentRow(): HTMLTableRowElement | undefined {
  const focused = document.activeElement?.closest<HTMLTableRowElement>("table[data-rows] tbody tr");
  return focused ?? rows().find((row) => row.classList.contains("is-current"));
}

function step(by: number): void {
  const all = rows();
  if (all.length === 0) return;
  const current = currentRow();
  const at = current ? all.indexOf(current) : -1;
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  for (const row of all) row.classList.toggle("is-current", row === next);
  (next?.querySelector<HTMLElement>("a[href]") ?? next?.querySelector<HTMLElement>("button, input"))?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function tick(): void {
  currentRow()?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
}

// Enter in a tick box would send the form: it opens the row, as it does on its link.
function open(event: KeyboardEvent): void {
  if (!(event.target instanceof HTMLInputElement) && event.target !== document.body) return;
  const link = currentRow()?.querySelector<HTMLAnchorElement>("a[href]");
  if (!link) return;
  event.preventDefault();
  link.click();
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
  x: tick,
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
    if (event.key === "Enter") return open(event);
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
