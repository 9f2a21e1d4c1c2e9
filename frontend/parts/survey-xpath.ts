// Works conditions of surveys out: the trees that the server read (queries/xpath.py), by the same rules as
// queries/evaluating.py. tests/conformance hold both against the same cases.
export type Ast = readonly unknown[];
export class Node {
  readonly children: Node[] = [];
  parent: Node | null = null;
  constructor(readonly name: string, public value = "") {}
  add(child: Node): Node {
    child.parent = this;
    this.children.push(child);
    return child;
  }
  get text(): string {
    return this.children.length ? this.children.map((one) => one.text).join("") : this.value;
  }
  *below(): Generator<Node> {
    yield this;
    for (const child of this.children) yield* child.below();
  }
}
export type Value = number | string | boolean | Node[];
export interface Context {
  node: Node;
  root: Node;
  now: Date;
  list: (name: string) => Node | undefined;
  label: (path: string, value: string) => string;
  position?: number;
  size?: number;
  current?: Node;
}
export type Call = (context: Context, args: Ast[]) => Value;
export const FUNCTIONS: Record<string, Call> = {};

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/, DAY = /^(\d{4})-(\d\d)-(\d\d)(T.*)?$/;
const MS = 86_400_000, HERE = 7 * 3_600_000; // a clock in Việt Nam, as the server's

export function number(value: Value): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  const told = text(value).trim();
  if (NUMBER.test(told)) return Number(told);
  return days(told);
}

function days(told: string): number {
  const match = DAY.exec(told);
  if (!match) return NaN;
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  if (new Date(day).toISOString().slice(0, 10) !== told.slice(0, 10)) return NaN;
  if (!match[4]) return day / MS;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(told);
  const moment = zoned ? Date.parse(told) + HERE : Date.parse(`${told}Z`);
  return Number.isNaN(moment) ? NaN : Math.floor(moment / 1000) / 86_400;
}

export function dayText(count: number): string {
  if (!Number.isFinite(count) || count <= -700_000 || count >= 2_900_000) return "";
  return new Date(Math.floor(count) * MS).toISOString().slice(0, 10);
}

export function text(value: Value): string {
  if (Array.isArray(value)) return value[0]?.text ?? "";
  return String(value);
}

export function truth(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "number" ? value !== 0 && !Number.isNaN(value) : Boolean(value);
}

export function nodes(value: Value): Node[] {
  if (!Array.isArray(value)) throw new Error("no nodes");
  return value;
}

export function evaluate(tree: Ast, context: Context): Value {
  switch (tree[0]) {
    case "number": return tree[1] as number;
    case "text": return tree[1] as string;
    case "neg": return -number(evaluate(tree[1] as Ast, context));
    case "op": return operation(tree, context);
    case "union": return union(tree, context);
    case "root": return [context.root];
    case "path": return path(tree, context);
    case "filter": return filtered(nodes(evaluate(tree[1] as Ast, context)), tree[2] as Ast[], context);
    case "call": return call(tree[1] as string, tree[2] as Ast[], context);
  }
  throw new Error(String(tree[0]));
}

function call(name: string, args: Ast[], context: Context): Value {
  const found = FUNCTIONS[name];
  if (!found) throw new Error(`${name}()`);
  return found(context, args);
}

function operation(tree: Ast, context: Context): Value {
  const sign = tree[1] as string, [, , one, other] = tree as unknown as [string, string, Ast, Ast];
  if (sign === "and" || sign === "or") {
    const left = truth(evaluate(one, context));
    return left === (sign === "or") ? left : truth(evaluate(other, context));
  }
  const left = evaluate(one, context), right = evaluate(other, context);
  if ("=!=<=>=".includes(sign)) return compared(sign, left, right);
  const a = number(left), b = number(right);
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  return sign === "div" ? a / b : a % b;
}

function holds(sign: string, a: number | string | boolean, b: number | string | boolean): boolean {
  switch (sign) {
    case "=": return a === b;
    case "!=": return a !== b;
    case "<": return a < b;
    case "<=": return a <= b;
    case ">": return a > b;
    default: return a >= b;
  }
}

function compared(sign: string, left: Value, right: Value): boolean {
  const lefts = Array.isArray(left) ? left.map((one) => one.text) : null;
  const rights = Array.isArray(right) ? right.map((one) => one.text) : null;
  if (lefts && rights) return lefts.some((one) => rights.some((other) => simple(sign, one, other)));
  if (typeof left === "boolean" || typeof right === "boolean")
    return sign === "=" || sign === "!=" ? holds(sign, truth(left), truth(right)) : holds(sign, number(left), number(right));
  if (lefts) return lefts.some((one) => simple(sign, one, right));
  if (rights) return rights.some((one) => simple(sign, left, one));
  return simple(sign, left, right);
}

function simple(sign: string, left: Value, right: Value): boolean {
  if ((sign === "=" || sign === "!=") && typeof left === "string" && typeof right === "string") return holds(sign, left, right);
  return holds(sign, number(left), number(right));
}

function union(tree: Ast, context: Context): Value {
  const found = new Set([...nodes(evaluate(tree[1] as Ast, context)), ...nodes(evaluate(tree[2] as Ast, context))]);
  const inside = [...context.root.below()].filter((one) => found.has(one));
  return [...inside, ...[...found].filter((one) => !inside.includes(one))];
}

function path(tree: Ast, context: Context): Value {
  const start = tree[1] as Ast | null;
  let found = start === null ? [context.node] : nodes(evaluate(start, context));
  for (const [axis, test, predicates] of tree[2] as [string, string, Ast[]][]) {
    const next = new Set<Node>();
    for (const node of found) {
      const stepped = step(axis, node).filter((one) => test === "node()" || test === "*" || one.name === test);
      for (const one of filtered(stepped, predicates, context)) next.add(one);
    }
    found = [...next];
  }
  return found;
}

function filtered(found: Node[], predicates: Ast[], context: Context): Node[] {
  for (const predicate of predicates) {
    const size = found.length;
    found = found.filter((node, place) => {
      const value = evaluate(predicate, { ...context, node, position: place + 1, size, current: context.current ?? context.node });
      return typeof value === "number" ? value === place + 1 : truth(value);
    });
  }
  return found;
}

function step(axis: string, node: Node): Node[] {
  const row = node.parent?.children ?? [node], place = row.indexOf(node);
  switch (axis) {
    case "child": return node.children;
    case "self": return [node];
    case "parent": return node.parent ? [node.parent] : [];
    case "ancestor": return node.parent ? [node.parent, ...step("ancestor", node.parent)] : [];
    case "descendant": return [...node.below()].slice(1);
    case "descendant-or-self": return [...node.below()];
    case "preceding-sibling": return row.slice(0, Math.max(place, 0)).reverse();
    case "following-sibling": return row.slice(place + 1);
    default: return [];
  }
}
