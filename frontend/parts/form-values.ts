// What people typed, read as the server reads it (tinhso/blocks/forms/queries/values.py); one table of cases holds both.
import { check, type Schema } from "./form-rules.ts";

export interface Field { n: string; k: string; r?: 1; f?: Field[] }
export type Tree = Record<string, unknown>;

const GROUPED = /^-?[0-9]{1,3}(?:[. \u00a0][0-9]{3})+$/;
const ABSENT = undefined;

// Known fields only, those that the form hides dropped; adds the paths of the hidden ones to `hidden`.
export function canonical(fields: Field[], schema: Schema, typed: unknown, path = "", hidden = new Set<string>()): Tree {
  const kept: Tree = {};
  const given = isTree(typed) ? typed : {};
  for (const field of fields) {
    const here = path + field.n;
    if (hides(schema, kept, field.n)) hidden.add(here);
    else {
      const value = read(field, schema.properties?.[field.n] as Schema, given[field.n], here, hidden);
      if (value !== ABSENT) kept[field.n] = value;
    }
  }
  return kept;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hides(schema: Schema, values: Tree, name: string): boolean {
  return [schema, ...(schema.allOf ?? [])].some((branch) => {
    if (!branch.if) return false;
    let fits = true;
    check(branch.if, values, "", () => { fits = false; }, "");
    return (fits ? branch.then : branch.else)?.properties?.[name] === false;
  });
}

function read(field: Field, schema: Schema, typed: unknown, path: string, hidden: Set<string>): unknown {
  if (field.k === "boolean") return boolean(typed);
  if (field.k === "group") {
    if (typed != null && !isTree(typed)) return typed;
    const found = canonical(field.f ?? [], schema, typed, path + ".", hidden);
    return Object.values(found).every((value) => value === false) && !field.r ? ABSENT : found;
  }
  if (typed == null || typed === "") return ABSENT;
  if (field.k === "repeat") {
    if (!Array.isArray(typed)) return typed;
    const rows = typed.map((row: unknown, at) =>
      isTree(row) ? canonical(field.f ?? [], schema.items as Schema, row, `${path}.${at}.`, hidden) : row);
    return rows.length ? rows : ABSENT;
  }
  if (field.k === "many") {
    const all: unknown[] | undefined = typeof typed === "string" ? [typed] : Array.isArray(typed) ? typed : undefined;
    if (!all) return typed;
    const once = [...new Set(all.filter((one) => one !== ""))];
    return once.length ? once : ABSENT;
  }
  return typeof typed === "string" ? text(field.k, typed.normalize("NFC")) : typed;
}

function boolean(typed: unknown): unknown {
  if (typed == null || typed === "") return false;
  if (typeof typed !== "string") return typed;
  const word = typed.toLowerCase();
  return ["on", "true", "1", "yes"].includes(word) ? true : ["off", "false", "0", "no"].includes(word) ? false : typed;
}

function text(kind: string, typed: string): unknown {
  const said = kind === "textarea"
    ? typed.replace(/\r\n?/g, "\n").replace(/^[ \t\n\u00a0]+|[ \t\n\u00a0]+$/g, "")
    : typed.replace(/[ \t\r\n\u00a0]+/g, " ").replace(/^ +| +$/g, "");
  if (said === "") return ABSENT;
  if (kind === "integer" || kind === "money") return whole(said);
  if (kind === "decimal") return decimal(said);
  if (kind === "date") return day(said);
  if (kind === "digits") return said.replace(/[ .-]/g, "");
  if (kind === "phone") return said.replace(/[ .()-]/g, "").replace(/^\+84/, "0");
  return said;
}

function whole(said: string): unknown {
  const bare = GROUPED.test(said) ? said.replace(/[ .\u00a0]/g, "") : said;
  return /^-?[0-9]{1,15}$/.test(bare) ? Number(bare) : said;
}

export const DECIMAL = /^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?$/;

function decimal(said: string): string {
  let bare = said.replaceAll(" ", "");
  const comma = bare.indexOf(",");
  if (comma >= 0) bare = `${bare.slice(0, comma).replaceAll(".", "")}.${bare.slice(comma + 1)}`;
  else if (GROUPED.test(bare)) bare = bare.replaceAll(".", "");
  return DECIMAL.test(bare) ? bare : said;
}

function day(said: string): string {
  const found = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/.exec(said) ?? /^([0-9]{2})([0-9]{2})([0-9]{4})$/.exec(said);
  return found ? `${found[3]}-${found[2]?.padStart(2, "0")}-${found[1]?.padStart(2, "0")}` : said;
}
