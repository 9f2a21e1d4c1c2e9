// The palette: type a few letters, with or without diacritics, and go there. A combobox with a list (WAI-ARIA APG):
// the focus stays in the input, the arrows move aria-activedescendant, Enter opens, Escape closes.
interface Entry {
  label: string;
  hint?: string;
  href?: string;
  act?: string;
}

interface Answer {
  groups: { name: string; items: Entry[] }[];
  total: number;
}

const PATIENCE = 120; // milliseconds between the last letter and the question

const ACTS: Record<string, () => void> = {
  theme: () => document.querySelector<HTMLButtonElement>("[data-theme-switch]")?.click(),
  language: () => document.querySelector<HTMLButtonElement>("button[name=language]")?.click(),
  shortcuts: () => document.querySelector<HTMLDialogElement>("dialog[data-shortcuts]")?.showModal(),
};

class Palette {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly status: HTMLElement;
  private options: { element: HTMLElement; entry: Entry }[] = [];
  private at = -1;
  private timer = 0;
  private asked = 0;
  private waiting = false; // the list is not yet of what was typed
  private entered = false; // Enter was pressed meanwhile

  constructor(private readonly dialog: HTMLDialogElement) {
    const find = <T extends Element>(selector: string): T => dialog.querySelector<T>(selector) as T;
    this.input = find<HTMLInputElement>("input");
    this.list = find<HTMLElement>("[role=listbox]");
    this.status = find<HTMLElement>("[role=status]");
    this.input.addEventListener("input", () => {
      this.asked += 1; // an answer on its way is to a former question
      this.waiting = true;
      this.entered = false;
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), PATIENCE);
    });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  // The dialog is open and may already hold letters.
  start(entered: boolean): void {
    clearTimeout(this.timer);
    this.waiting = true;
    this.entered = entered;
    void this.ask();
  }

  private async ask(): Promise<void> {
    const mine = (this.asked += 1);
    const query = new URLSearchParams({ q: this.input.value, here: location.pathname + location.search });
    const answer = await fetch(`${this.dialog.dataset["palette"]}?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (mine !== this.asked) return; // a later question was asked meanwhile
    this.waiting = false;
    if (!answer?.ok) {
      this.show({ groups: [], total: 0 });
      this.status.textContent = this.status.dataset["lost"] ?? "";
      return;
    }
    this.show((await answer.json()) as Answer);
    if (this.entered) this.take();
  }

  private show(answer: Answer): void {
    this.options = [];
    this.list.replaceChildren(...answer.groups.map((group, i) => this.group(group.name, group.items, i)));
    this.status.textContent = answer.total ? `${answer.total} ${this.status.dataset["some"]}` : (this.status.dataset["none"] ?? "");
    this.move(this.options.length ? 0 : -1);
  }

  private group(name: string, items: Entry[], number: number): HTMLElement {
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", `palette-group-${number}`);
    const head = document.createElement("div");
    head.className = "palette-head";
    head.id = `palette-group-${number}`;
    head.setAttribute("role", "presentation");
    head.textContent = name;
    box.append(head, ...items.map((entry) => this.option(entry)));
    return box;
  }

  private option(entry: Entry): HTMLElement {
    const element = document.createElement("div");
    element.setAttribute("role", "option");
    element.className = "palette-option";
    element.id = `palette-option-${this.options.length}`;
    const label = document.createElement("span");
    label.textContent = entry.label;
    element.append(label);
    if (entry.hint) {
      const hint = document.createElement("span");
      hint.className = "soft small";
      hint.textContent = entry.hint;
      element.append(hint);
    }
    const place = this.options.length;
    element.addEventListener("mousemove", () => this.move(place, false));
    element.addEventListener("click", () => this.take());
    this.options.push({ element, entry });
    return element;
  }

  private move(to: number, scroll = true): void {
    this.options[this.at]?.element.removeAttribute("aria-selected");
    this.at = to;
    const chosen = this.options[to]?.element;
    if (!chosen) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", chosen.id);
    if (scroll) chosen.scrollIntoView({ block: "nearest" });
  }

  private pressed(event: KeyboardEvent): void {
    const last = this.options.length - 1;
    const steps: Record<string, number> = {
      ArrowDown: this.at >= last ? 0 : this.at + 1,
      ArrowUp: this.at <= 0 ? last : this.at - 1,
      PageDown: Math.min(last, this.at + 8),
      PageUp: Math.max(0, this.at - 8),
    };
    const to = steps[event.key];
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (this.waiting) this.entered = true;
      else this.take();
    } else if (to !== undefined && last >= 0) {
      event.preventDefault();
      this.move(to);
    }
  }

  private take(): void {
    const entry = this.options[this.at]?.entry;
    if (!entry) {
      const search = document.querySelector<HTMLFormElement>("form.site-search");
      if (search && this.input.value) location.assign(`${search.action}?${new URLSearchParams({ q: this.input.value })}`);
      return;
    }
    this.dialog.close();
    if (entry.href) location.assign(entry.href);
    else ACTS[entry.act ?? ""]?.();
  }
}

let palette: Palette | undefined;

export function openPalette(dialog: HTMLDialogElement, entered: boolean): void {
  palette ??= new Palette(dialog);
  palette.start(entered);
}
