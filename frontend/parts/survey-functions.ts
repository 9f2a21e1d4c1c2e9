// The functions that conditions may call, as queries/functions.py has them.
import { area, isInside, length, type Point } from "./survey-places.ts";
import { type Ast, type Call, type Context, dayText, evaluate, FUNCTIONS, type Node, nodes, number, text, truth, type Value } from "./survey-xpath.ts";

const texts = (take: (...told: string[]) => Value): Call => (context, args) => take(...args.map((one) => text(evaluate(one, context))));
const numbers = (take: (...told: number[]) => number): Call => (context, args) => take(...args.map((one) => number(evaluate(one, context))));
const words = (told: string): string[] => told.split(/\s+/).filter(Boolean);
const set = (context: Context, one: Ast | undefined): Node[] => nodes(evaluate(one!, context));
const here = (context: Context, args: Ast[]): Value => (args[0] ? evaluate(args[0], context) : [context.node]);
const letters = (told: string): string[] => [...told];

function everything(context: Context, args: Ast[]): number[] {
  return args.flatMap((one) => {
    const value = evaluate(one, context);
    return Array.isArray(value) ? value.map((node) => number(node.text)) : [number(value)];
  });
}

function part(told: string, first: number, length = Infinity): string {
  if (Number.isNaN(first) || Number.isNaN(length)) return "";
  const begin = Math.floor(first + 0.5), end = length === Infinity ? Infinity : begin + Math.floor(length + 0.5);
  return letters(told).filter((_letter, place) => place + 1 >= begin && place + 1 < end).join("");
}

function translate(told: string, these: string, those: string): string {
  const from = letters(these), to = letters(those);
  return letters(told).map((letter) => (from.includes(letter) ? (to[from.indexOf(letter)] ?? "") : letter)).join("");
}

function local(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString();
}

function format(context: Context, [told, pattern]: Ast[]): Value {
  const count = number(evaluate(told!, context));
  if (Number.isNaN(count)) return "";
  const [year = "", month = "", day = ""] = dayText(count).split("-");
  const seconds = Math.round((count - Math.floor(count)) * 86_400);
  const two = (value: number): string => String(value).padStart(2, "0");
  const signs: Record<string, string> = {
    Y: year, y: year.slice(2), m: month, n: String(Number(month)), d: day, e: String(Number(day)), b: month, a: "",
    H: two(Math.floor(seconds / 3600)), h: String(Math.floor(seconds / 3600)), M: two(Math.floor(seconds / 60) % 60), S: two(seconds % 60), 3: "000", "%": "%",
  };
  return text(evaluate(pattern!, context)).replace(/%(.)/g, (_all, sign: string) => signs[sign] ?? "");
}

function round(value: number, digits = 0): number {
  if (!Number.isFinite(value) || !(Math.abs(digits) <= 15)) return value;
  const scale = 10 ** Math.trunc(digits);
  return Math.floor(value * scale + 0.5) / scale;
}

function position(context: Context, args: Ast[]): Value {
  if (!args.length) return context.position ?? 1;
  const node = set(context, args[0])[0]!;
  return (node.parent?.children ?? [node]).filter((one) => one.name === node.name).indexOf(node) + 1;
}

const join: Call = (context, [between, ...args]) => args.flatMap((one) => { const value = evaluate(one, context); return Array.isArray(value) ? value.map((node) => node.text) : [text(value)]; }).join(text(evaluate(between!, context)));

// weighted-checklist(least, most, yes, weight, yes, weight, …)
function weighted(context: Context, [least, most, ...args]: Ast[]): Value {
  const total = args.reduce((sum, one, place) => sum + (place % 2 === 0 && truth(evaluate(one, context)) ? number(evaluate(args[place + 1]!, context)) : 0), 0);
  const low = number(evaluate(least!, context)), high = number(evaluate(most!, context));
  return (low < 0 || total >= low) && (high < 0 || total <= high);
}

function points(context: Context, one: Ast | undefined): Point[] {
  const value = evaluate(one!, context), found = Array.isArray(value) ? value.map((node) => node.text).join(";") : text(value);
  return found.split(";").filter((part) => part.trim()).map((part) => {
    const [north, east] = words(part).map(Number);
    if (!Number.isFinite(north) || !Number.isFinite(east)) throw new Error(part);
    return [north!, east!];
  });
}

function onlyTheServer(): never {
  throw new Error("worked out by the server");
}

// pulldata('fruits', 'price', 'name', ${fruit}): a cell of the first row whose key is the value.
function pulldata(context: Context, parts: Ast[]): Value {
  const [name, column, key, value] = parts.map((part) => text(evaluate(part, context)));
  const rows = context.list(name!.replace(/\.csv$/, ""))?.children[0]?.children ?? [];
  const cell = (row: Node, sought: string): string => row.children.find((one) => one.name === sought)?.value ?? "";
  const row = rows.find((one) => one.children.some((its) => its.name === key && its.value === value));
  return row ? cell(row, column!) : "";
}

function indexed(context: Context, [wanted, ...more]: Ast[]): Value {
  let chosen: Node | undefined;
  for (let place = 0; place + 1 < more.length; place += 2) {
    chosen = set(context, more[place])[Math.trunc(number(evaluate(more[place + 1]!, context))) - 1];
    if (!chosen) return "";
  }
  const inside = (node: Node | null): boolean => node !== null && (node === chosen || inside(node.parent));
  return set(context, wanted).filter(inside);
}

function matches(told: string, pattern: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(told);
}

Object.assign(FUNCTIONS, {
  true: () => true,
  false: () => false,
  not: (context, [one]) => !truth(evaluate(one!, context)),
  boolean: (context, [one]) => truth(evaluate(one!, context)),
  "boolean-from-string": texts((told) => told === "1" || told === "true"),
  number: (context, args) => number(here(context, args)),
  string: (context, args) => text(here(context, args)),
  concat: (context, args) => join(context, [["text", ""], ...args]),
  contains: texts((told, one) => told.includes(one!)),
  "starts-with": texts((told, one) => told!.startsWith(one!)),
  "ends-with": texts((told, one) => told!.endsWith(one!)),
  substring: (context, [told, ...args]) => part(text(evaluate(told!, context)), ...(args.map((one) => number(evaluate(one, context))) as [number, number?])),
  substr: (context, [told, first, end]) => letters(text(evaluate(told!, context))).slice(number(evaluate(first!, context)), end ? number(evaluate(end, context)) : undefined).join(""),
  "substring-before": texts((told, one) => (told!.includes(one!) ? told!.slice(0, told!.indexOf(one!)) : "")),
  "substring-after": texts((told, one) => (one && !told!.includes(one) ? "" : told!.slice(told!.indexOf(one!) + one!.length))),
  "string-length": (context, args) => letters(text(here(context, args))).length,
  "normalize-space": (context, args) => words(text(here(context, args))).join(" "),
  translate: texts((told, these, those) => translate(told!, these!, those!)),
  regex: texts((told, pattern) => matches(told!, pattern!)),
  join,
  count: (context, [one]) => set(context, one).length,
  "count-non-empty": (context, [one]) => set(context, one).filter((node) => node.text).length,
  sum: (context, [one]) => set(context, one).reduce((total, node) => total + number(node.text), 0),
  min: (context, args) => { const found = everything(context, args); return found.length ? Math.min(...found) : NaN; },
  max: (context, args) => { const found = everything(context, args); return found.length ? Math.max(...found) : NaN; },
  floor: numbers(Math.floor),
  ceiling: numbers(Math.ceil),
  round: numbers(round),
  int: numbers((value) => (Number.isFinite(value) ? Math.trunc(value) : NaN)),
  abs: numbers(Math.abs),
  pow: numbers((base, exponent) => base ** exponent),
  sqrt: numbers(Math.sqrt),
  exp: numbers(Math.exp),
  exp10: numbers((value) => 10 ** value),
  log: numbers(Math.log),
  log10: numbers(Math.log10),
  sin: numbers(Math.sin),
  cos: numbers(Math.cos),
  tan: numbers(Math.tan),
  asin: numbers(Math.asin),
  acos: numbers(Math.acos),
  atan: numbers(Math.atan),
  atan2: numbers(Math.atan2),
  pi: () => Math.PI,
  area: (context, [one]) => area(points(context, one)),
  "enclosed-area": (context, [one]) => area(points(context, one)),
  distance: (context, args) => length(args.flatMap((one) => points(context, one))),
  geofence: (context, [point, shape]) => isInside(points(context, point), points(context, shape)),
  digest: onlyTheServer,
  "base64-decode": texts((told) => new TextDecoder().decode(Uint8Array.from(atob(told!), (letter) => letter.charCodeAt(0)))),
  "weighted-checklist": weighted,
  position,
  last: (context) => context.size ?? 1,
  name: (context, args) => nodes(here(context, args))[0]?.name ?? "",
  "local-name": (context, args) => nodes(here(context, args))[0]?.name ?? "",
  current: (context) => [context.current ?? context.node],
  instance: (context, [one]) => { const found = context.list(text(evaluate(one!, context))); return found ? [found] : []; },
  "indexed-repeat": indexed,
  pulldata,
  selected: texts((told, value) => words(told!).includes(value!.trim())),
  "selected-at": texts((told, place) => words(told!)[Math.trunc(number(place!))] ?? ""),
  "count-selected": texts((told) => words(told!).length),
  "jr:choice-name": (context, [value, question]) => context.label(text(evaluate(question!, context)).trim(), text(evaluate(value!, context))),
  if: (context, [condition, yes, no]) => evaluate(truth(evaluate(condition!, context)) ? yes! : no!, context),
  coalesce: texts((...told) => told.find(Boolean) ?? ""),
  once: (context, [one]) => context.node.text || text(evaluate(one!, context)),
  checklist: (context, [least, most, ...args]) => {
    const yes = args.filter((one) => truth(evaluate(one, context))).length, low = number(evaluate(least!, context)), high = number(evaluate(most!, context));
    return (low < 0 || yes >= low) && (high < 0 || yes <= high);
  },
  today: (context) => local(context.now).slice(0, 10),
  now: (context) => `${local(context.now).slice(0, 19)}+07:00`,
  date: (context, [one]) => dayText(number(evaluate(one!, context))),
  "date-time": (context, [one]) => { const value = evaluate(one!, context); return typeof value === "number" ? dayText(value) : text(value); },
  "decimal-date-time": (context, [one]) => number(evaluate(one!, context)),
  "decimal-time": texts((told) => { const match = /^(\d\d):(\d\d)(?::(\d\d))?/.exec(told!.slice(told!.lastIndexOf("T") + 1)); return match ? (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)) / 86_400 : NaN; }),
  "format-date": format,
  "format-date-time": format,
  uuid: () => crypto.randomUUID(),
  random: () => Math.random(),
} satisfies Record<string, Call>);
