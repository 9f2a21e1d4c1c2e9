// The form on the page: what applies is shown, what is worked out is worked out, rows are added, as the server would do it.
import "./survey-functions.ts";
import { type Ast, type Context, evaluate, Node, number, text, truth, type Value } from "./survey-xpath.ts";

export interface Question {
  n: string;
  k: string;
  f?: Question[];
  d?: string;
  v?: string;
  l?: string;
  relevant?: Ast;
  required?: Ast;
  constraint?: Ast;
  calculate?: Ast;
  choices?: Ast;
  first?: Ast;
  row?: Ast;
  sets?: [path: string, value: Ast][];
  label?: (string | Ast)[];
  hint?: (string | Ast)[];
  message?: (string | Ast)[];
  required_message?: (string | Ast)[];
  bounds?: [string, string, string];
}
export interface Spec {
  root: Question;
  lists: Record<string, Record<string, string>[]>;
  code: string;
  version: string;
}
interface Answer {
  q: Question;
  key: string;
  node: Node;
  told: string;
  applies: boolean;
  below: Answer[];
}
export interface Problem {
  key: string;
  message: string;
}

const ROUNDS = 12;
const MOST_STEPS = 100; // values that change each other in turn end here
const PATTERNS: Record<string, RegExp> = { int: /^[+-]?\d{1,10}$/, decimal: /^[+-]?(\d{1,15}([.,]\d{0,12})?|[.,]\d{1,12})$/, geopoint: /^-?\d+(\.\d+)?[ ,]+-?\d+(\.\d+)?( .*)?$/ };

export class Survey {
  private readonly lists = new Map<string, Node>();

  constructor(readonly form: HTMLFormElement, readonly spec: Spec) {}

  private list(name: string): Node | undefined {
    const rows = this.spec.lists[name];
    if (!rows) return undefined;
    if (!this.lists.has(name)) {
      const top = new Node(name), root = top.add(new Node("root"));
      for (const row of rows) {
        const item = root.add(new Node("item"));
        for (const [column, value] of Object.entries(row)) item.add(new Node(column, value));
      }
      this.lists.set(name, top);
    }
    return this.lists.get(name);
  }

  private context(node: Node, root: Node): Context {
    return { node, root, now: new Date(), current: node, list: (name) => this.list(name), label: (_path, value) => this.form.querySelector(`[value="${CSS.escape(value)}"] + label`)?.textContent ?? value };
  }

  private read(q: Question, key: string, above: Node): Answer {
    const node = above.add(new Node(q.n));
    const answer: Answer = { q, key, node, told: "", applies: true, below: [] };
    if (!q.f) {
      answer.told = node.value = this.told(q, key);
      return answer;
    }
    for (const child of q.f) {
      const below = key ? `${key}.${child.n}` : child.n;
      if (child.k === "repeat") this.rows(below).forEach((row) => answer.below.push(this.read(child, row.dataset["key"] ?? "", node)));
      else answer.below.push(this.read(child, below, node));
    }
    return answer;
  }

  private told(q: Question, key: string): string {
    const found = [...this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(`q.${key}`)}"]`)];
    if (!found.length) return q.d ?? "";
    if (found[0]!.type === "checkbox" || found[0]!.type === "radio") return found.filter((one) => one.checked).map((one) => one.value).join(" ");
    if (found[0]!.type === "file") return found[0]!.files?.length || this.form.querySelector(`[data-key="${CSS.escape(key)}"] [data-held]`) ? "photo.jpg" : "";
    const value = found[0]!.value.trim();
    return q.k === "decimal" ? value.replace(",", ".") : value;
  }

  place(key: string): HTMLElement | null {
    return this.form.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]:not([data-repeat])`) ?? this.form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  rows(key: string): HTMLElement[] {
    const holder = this.form.querySelector(`[data-repeat][data-key="${CSS.escape(key)}"]`);
    return [...(holder?.querySelectorAll<HTMLElement>(":scope > [data-row]") ?? [])];
  }

  private settled(): { top: Answer; root: Node } {
    const root = new Node("");
    const top = this.read(this.spec.root, "", root);
    this.settleAll(top, root);
    return { top, root };
  }

  private settleAll(top: Answer, root: Node): void {
    for (let round = 0; round < ROUNDS; round++) if (!this.settle(top, root, true)) return;
  }

  private settle(one: Answer, root: Node, above: boolean): boolean {
    const before = `${one.applies}${one.node.value}`;
    const context = this.context(one.node, root);
    one.applies = above && (!one.q.relevant || truth(this.safely(one.q.relevant, context, true)));
    if (one.q.calculate && one.applies) one.told = text(this.safely(one.q.calculate, context, ""));
    if (!one.q.f) one.node.value = one.applies ? one.told : "";
    let changed = before !== `${one.applies}${one.node.value}`;
    for (const child of one.below) changed = this.settle(child, root, one.applies) || changed;
    return changed;
  }

  private safely(tree: Ast, context: Context, otherwise: Value): Value {
    try {
      return evaluate(tree, context);
    } catch {
      return otherwise; // the server judges again, and says so
    }
  }

  // Puts in what the form works out when it is opened ("first"), or when a row is begun ("row", only within that row).
  begin(when: "first" | "row", within = ""): void {
    const root = new Node("");
    const fill = (one: Answer): void => {
      const tree = one.q[when];
      if (tree && (!within || one.key.startsWith(`${within}.`))) this.put(one, text(this.safely(tree, this.context(one.node, root), "")));
      one.below.forEach(fill);
    };
    fill(this.read(this.spec.root, "", root));
  }

  private put(one: Answer, value: string): void {
    one.told = one.node.value = value;
    const written = one.q.k === "datetime" ? value.slice(0, 16) : one.q.k === "time" ? value.slice(0, 5) : value;
    for (const input of this.form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(`q.${one.key}`)}"]`)) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = value.split(" ").includes(input.value);
      else if (input.type !== "file") input.value = written;
    }
    const was = this.was(one.key);
    if (was) was.value = written;
  }

  // What an answer was when its change was last followed; the page sends it along, so that the server follows nothing twice.
  private was(key: string): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>(`[name="${CSS.escape(`was.${key}`)}"]`);
  }

  // Puts in what the form works out when another answer changes; ends where nothing has changed any more.
  private follow(): void {
    for (let step = 0; step < MOST_STEPS; step++) {
      const { top, root } = this.settled();
      const changed = flat(top).find((one) => one.q.sets && !isSame(one.q, this.was(one.key)?.value ?? "", one.told));
      if (!changed) return;
      this.was(changed.key)!.value = changed.told;
      this.putFrom(changed, new Set([changed.key]), top, root);
    }
  }

  private putFrom(changed: Answer, onTheWay: Set<string>, top: Answer, root: Node): void {
    for (const [path, value] of changed.q.sets ?? [])
      for (const target of this.targets(changed.key, path, top)) {
        const before = target.told;
        this.put(target, text(this.safely(value, this.context(target.node, root), "")));
        if (isSame(target.q, before, target.told) || onTheWay.has(target.key)) continue;
        this.settleAll(top, root);
        this.putFrom(target, new Set([...onTheWay, target.key]), top, root);
      }
  }

  // Within the row of the answer that changed, where it stands in one; else in every row.
  private targets(key: string, path: string, top: Answer): Answer[] {
    const row = /^(.*\.\d+)\./.exec(key)?.[1];
    const every = flat(top).filter((one) => `/${top.q.n}/${one.key.replace(/\.\d+(?=\.|$)/g, "").replaceAll(".", "/")}` === path);
    const near = every.filter((one) => row && one.key.startsWith(`${row}.`));
    return near.length ? near : every;
  }

  // Shows what applies now; what is still being typed changes nothing else yet.
  look(typing = false): void {
    if (!typing) this.follow();
    const { top, root } = this.settled();
    this.show(top, root);
  }

  private show(one: Answer, root: Node): void {
    const place = one.key ? this.place(one.key) : null;
    if (place) {
      place.toggleAttribute("data-unmet", !one.applies);
      this.putIn(one, place, root);
      if (one.q.choices) this.offer(one, place, root);
    }
    for (const child of one.below) this.show(child, root);
    for (const holder of this.form.querySelectorAll<HTMLElement>("[data-repeat]")) {
      const rows = holder.querySelectorAll(":scope > [data-row]");
      rows.forEach((row, number) => { const mark = row.querySelector("[data-number]"); if (mark) mark.textContent = String(number + 1); });
    }
  }

  private putIn(one: Answer, place: HTMLElement, root: Node): void {
    for (const [name, parts] of [["label", one.q.label], ["hint", one.q.hint]] as const) {
      const element = place.querySelector(`[data-${name}]`);
      if (!parts || !element) continue;
      for (const span of element.querySelectorAll<HTMLElement>("[data-out]")) {
        const part = parts[Number(span.dataset["out"])];
        if (part && typeof part !== "string") span.textContent = text(this.safely(part, this.context(one.node, root), "…"));
      }
    }
  }

  private offer(one: Answer, place: HTMLElement, root: Node): void {
    const found = this.safely(one.q.choices!, this.context(one.node, root), []);
    const values = new Set((Array.isArray(found) ? found : []).map((row) => row.children.find(({ name }) => name === one.q.v)?.value ?? ""));
    place.toggleAttribute("data-empty", !values.size && !one.q.required); // nothing to choose from yet
    for (const option of place.querySelectorAll<HTMLElement>("[data-option]")) {
      const away = !values.has(option.dataset["option"] ?? "");
      option.hidden = away;
      const input = option.querySelector("input");
      if (input && away) input.checked = false;
    }
    for (const option of place.querySelectorAll<HTMLOptionElement>("option[value]:not([value=''])")) {
      option.hidden = option.disabled = !values.has(option.value);
      if (option.disabled && option.selected) (option.parentElement as HTMLSelectElement).value = "";
    }
  }

  problems(): Problem[] {
    const { top, root } = this.settled();
    const found: Problem[] = [];
    const judge = (one: Answer): void => {
      const message = one.applies && !one.q.f ? this.fault(one, root) : "";
      if (message) found.push({ key: one.key, message });
      one.below.forEach(judge);
    };
    judge(top);
    return found;
  }

  private fault(one: Answer, root: Node): string {
    const words = (name: string): string => this.form.dataset[`words${name}`] ?? "";
    const context = this.context(one.node, root);
    const said = (parts: (string | Ast)[] | undefined, otherwise: string): string => parts?.map((part) => (typeof part === "string" ? part : text(this.safely(part, context, "…")))).join("").trim() || otherwise;
    if (!this.place(one.key) || one.q.k === "note") return "";
    if (!one.told) return one.q.required && truth(this.safely(one.q.required, context, false)) ? said(one.q.required_message, words("Required")) : "";
    if (PATTERNS[one.q.k] && !PATTERNS[one.q.k]!.test(one.told)) return words(one.q.k === "int" ? "Int" : one.q.k === "decimal" ? "Decimal" : "Geopoint");
    const [low, high] = one.q.bounds ?? ["", ""];
    if (low && !(number(one.told) >= Number(low) && number(one.told) <= Number(high))) return words("Constraint");
    if (one.q.constraint && !truth(this.safely(one.q.constraint, context, true))) return said(one.q.message, words("Constraint"));
    return "";
  }

  addRow(holder: HTMLElement, number?: number): HTMLElement | null {
    const pattern = holder.querySelector<HTMLTemplateElement>(":scope > template[data-pattern]");
    const row = pattern?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!row || !pattern) return null;
    const taken = [...holder.querySelectorAll<HTMLElement>(":scope > [data-row]")].map((one) => Number((one.dataset["key"] ?? "").split(".").pop()));
    const place = number ?? Math.max(-1, ...taken) + 1;
    const key = holder.dataset["key"] ?? "";
    rename(row, `${key}.blank`, `${key}.${place}`);
    pattern.before(row);
    return row;
  }
}

const flat = (one: Answer): Answer[] => [one, ...one.below.flatMap(flat)];
const isSame = (q: Question, one: string, other: string): boolean => (q.k === "many" ? one.split(" ").sort().join(" ") === other.split(" ").sort().join(" ") : one === other);

// A row's own key in names, ids and labels, in patterns within it too.
function rename(element: Element | DocumentFragment, from: string, to: string): void {
  const dashed = [from.replaceAll(".", "-"), to.replaceAll(".", "-")] as const;
  for (const one of [element, ...element.querySelectorAll("*")]) {
    if (one instanceof Element)
      for (const { name, value } of [...one.attributes]) {
        if (value.includes(from)) one.setAttribute(name, value.replaceAll(from, to));
        else if (value.includes(dashed[0])) one.setAttribute(name, value.replaceAll(...dashed));
      }
    if (one instanceof HTMLTemplateElement) rename(one.content, from, to);
  }
}

