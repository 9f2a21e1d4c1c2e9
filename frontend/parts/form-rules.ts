// The part of JSON Schema 2020-12 that forms may use, interpreted; the server's documents.py refuses every other keyword.
export interface Schema {
  type?: string; properties?: Record<string, Schema | false>; required?: string[]; dependentRequired?: Record<string, string[]>;
  allOf?: Schema[]; if?: Schema; then?: Schema; else?: Schema; not?: Schema; contains?: Schema; items?: Schema; enum?: unknown[]; const?: unknown;
  minLength?: number; maxLength?: number; pattern?: string; format?: string; minimum?: number; maximum?: number; exclusiveMinimum?: number;
  exclusiveMaximum?: number; multipleOf?: number; minItems?: number; maxItems?: number; uniqueItems?: boolean; "x-not-after"?: string;
}
export type Add = (path: string, code: string, limit?: unknown) => void;

const FORMATS: Record<string, RegExp> = {
  email: /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,20}$/,
  decimal: /^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?$/,
  file: /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
  unit: /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
};

export function isDay(text: string): boolean {
  const found = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (!found) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const most = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year > 0 && day > 0 && day <= most;
}

// Tells `add` everything that is wrong with a value, with its path (members.0.name) and the keyword that says so.
export function check(s: Schema, v: unknown, path: string, add: Add, today: string): void {
  const say = (code: string, wrong: boolean, limit?: unknown): void => { if (wrong) add(path, code, limit); };
  say("type", s.type !== undefined && !fits(s.type, v));
  say("const", "const" in s && s.const !== v);
  say("enum", !!s.enum && !s.enum.includes(v));
  say("not", !!s.not && right(s.not, v));
  if (typeof v === "string") ofText(s, v, say, today);
  if (typeof v === "number") ofNumber(s, v, say);
  if (Array.isArray(v)) ofRows(s, v, path, say, add, today);
  else if (typeof v === "object" && v !== null) ofTree(s, v as Record<string, unknown>, path, add, today);
  for (const one of s.allOf ?? []) check(one, v, path, add, today);
  if (s.if) {
    const side = right(s.if, v) ? s.then : s.else;
    if (side) check(side, v, path, add, today);
  }
}

function right(s: Schema, v: unknown): boolean {
  let found = true;
  check(s, v, "", () => { found = false; }, "");
  return found;
}

function fits(type: string, v: unknown): boolean {
  if (type === "integer") return Number.isInteger(v);
  if (type === "array") return Array.isArray(v);
  if (type === "object") return typeof v === "object" && v !== null && !Array.isArray(v);
  return typeof v === type;
}

type Say = (code: string, wrong: boolean, limit?: unknown) => void;

function ofText(s: Schema, v: string, say: Say, today: string): void {
  const length = [...v].length;
  say("minLength", s.minLength !== undefined && length < s.minLength, s.minLength);
  say("maxLength", s.maxLength !== undefined && length > s.maxLength, s.maxLength);
  say("pattern", !!s.pattern && !new RegExp(s.pattern, "u").test(v));
  say("format", s.format === "date" ? !isDay(v) : !!s.format && !FORMATS[s.format]?.test(v));
  say("x-not-after", !!s["x-not-after"] && isDay(v) && v > today);
}

function ofNumber(s: Schema, v: number, say: Say): void {
  say("minimum", s.minimum !== undefined && v < s.minimum, s.minimum);
  say("maximum", s.maximum !== undefined && v > s.maximum, s.maximum);
  say("exclusiveMinimum", s.exclusiveMinimum !== undefined && v <= s.exclusiveMinimum, s.exclusiveMinimum);
  say("exclusiveMaximum", s.exclusiveMaximum !== undefined && v >= s.exclusiveMaximum, s.exclusiveMaximum);
  say("multipleOf", s.multipleOf !== undefined && v % s.multipleOf !== 0, s.multipleOf);
}

function ofRows(s: Schema, v: unknown[], path: string, say: Say, add: Add, today: string): void {
  say("minItems", s.minItems !== undefined && v.length < s.minItems, s.minItems);
  say("maxItems", s.maxItems !== undefined && v.length > s.maxItems, s.maxItems);
  say("uniqueItems", !!s.uniqueItems && new Set(v.map((one) => JSON.stringify(one))).size < v.length);
  const { contains, items } = s;
  say("contains", !!contains && !v.some((one) => right(contains, one)));
  if (items) v.forEach((one, at) => check(items, one, join(path, at), add, today));
}

function ofTree(s: Schema, v: Record<string, unknown>, path: string, add: Add, today: string): void {
  const need = [...(s.required ?? [])];
  for (const [asked, several] of Object.entries(s.dependentRequired ?? {})) if (asked in v) need.push(...several);
  for (const name of need) if (!(name in v)) add(join(path, name), "required");
  for (const [name, one] of Object.entries(s.properties ?? {})) {
    if (!(name in v)) continue;
    if (one === false) add(join(path, name), "other");
    else check(one, v[name], join(path, name), add, today);
  }
}

function join(path: string, name: string | number): string {
  return path ? `${path}.${name}` : `${name}`;
}

// The first fault of each path, in the server's order of precedence; papers that are held already need not be there.
export function firstFaults(schema: Schema, values: unknown, today: string, order: string[], held: string[]): Map<string, [string, unknown]> {
  const found = new Map<string, [string, unknown]>();
  const place = (code: string): number => (order.includes(code) ? order.indexOf(code) : order.length);
  check(schema, values, "", (path, code, limit) => {
    if (code === "required" && held.includes(path)) return;
    const before = found.get(path);
    if (!before || place(code) < place(before[0])) found.set(path, [code, limit]);
  }, today);
  return found;
}
