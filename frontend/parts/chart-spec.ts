// What the server says of a chart, and the few questions every form asks of it.
import { colour, periodLong, periodShort, say, withUnit } from "./words.ts";

export type Figure = number | string | null | undefined;
export type Point = [period: string, value: Figure, status?: string];

export interface Line {
  name: string;
  kind?: "line" | "bar" | "trend" | "step";
  stack?: string;
  data: Point[];
}

export interface Mark {
  period: string;
  label: string;
}

export interface Facet {
  title: string;
  series: Line[];
  breaks?: Mark[];
}

export interface Axis {
  name: string;
  unit?: string;
  decimals?: number;
  target?: Figure;
}

export interface ChartSpec {
  form?: "scatter" | "ranks";
  title: string;
  finding?: string;
  says?: string; // the whole chart in words
  unit?: string;
  decimals?: number;
  series: Line[];
  facets?: Facet[]; // small charts on the same axes, instead of series
  labels?: Record<string, [short: string, long: string]>; // of a category axis that is not of periods
  ordered?: boolean; // the last series is the one that matters, the others are its past
  level?: number; // a line to hold the figures against
  target?: { floor?: Figure; ceiling?: Figure };
  breaks?: Mark[];
  notes?: Mark[];
  axes?: [across: Axis, up: Axis];
  points?: [name: string, across: Figure, up: Figure][];
  most?: number; // the last rank there is
  source?: string;
  date?: string;
}

export interface Inks {
  text: string;
  soft: string;
  line: string;
  paper: string;
  bad: string;
  series: string[];
}

export function inks(): Inks {
  const names = ["--accent-ink", "--info", "--warn", "--violet", "--bad", "--soft"];
  return {
    text: colour("--ink"),
    soft: colour("--soft"),
    line: colour("--line"),
    paper: colour("--paper"),
    bad: colour("--bad"),
    series: names.map(colour),
  };
}

// A shape for each line beside its colour, for colour never speaks alone; five shapes and six colours make thirty pairs.
const SHAPES = ["circle", "rect", "triangle", "diamond", "path://M0 0h3v-3h2v3h3v2h-3v3h-2v-3h-3z"];
export const shape = (index: number): string => SHAPES[index % SHAPES.length] ?? "circle";
export const pen = (ink: Inks, index: number): string => ink.series[index % ink.series.length] ?? ink.text;

export const number = (value: Figure): number | null => (value === null || value === undefined || value === "" ? null : Number(value));
export const settled = (point: Point | undefined): boolean => (point?.[2] ?? "official") === "official";

export function linesOf(spec: ChartSpec): Line[] {
  return spec.facets?.flatMap((facet) => facet.series) ?? spec.series;
}

export function periodsOf(spec: ChartSpec): string[] {
  return [...new Set(linesOf(spec).flatMap((one) => one.data.map(([period]) => period)))].sort();
}

export const shortOf = (spec: ChartSpec, code: string): string => spec.labels?.[code]?.[0] ?? periodShort(code);
export const longOf = (spec: ChartSpec, code: string): string => spec.labels?.[code]?.[1] ?? periodLong(code);

export function describe(spec: ChartSpec): string {
  const below = say("Bảng số liệu ở ngay bên dưới.", "The table below holds every figure.");
  if (spec.says) return `${spec.says} ${below}`;
  const known = (spec.series[0]?.data ?? []).filter((point) => number(point[1]) !== null);
  const [from, to] = [known[0], known[known.length - 1]];
  if (!from || !to) return spec.title;
  const at = (point: Point): string => `${longOf(spec, point[0])}: ${withUnit(Number(point[1]), spec.unit, spec.decimals)}`;
  return `${spec.title}. ${at(from)}; ${at(to)}. ${below}`;
}

// Round bounds around figures, so that an axis shows round numbers and leaves the line some air.
export function boundsOf(figures: (number | null)[]): { min?: number; max?: number } {
  const all = figures.filter((value): value is number => value !== null);
  if (all.length === 0) return {};
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10);
  const floor = Math.floor(low / step) * step;
  return { min: low >= 0 && floor < 0 ? 0 : floor, max: Math.ceil(high / step) * step };
}

// The tooltip is built of elements with classes: a strict policy allows no inline style.
export function tipOf(head: string, rows: string[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const first = document.createElement("strong");
  first.textContent = head;
  box.append(first);
  for (const text of rows) {
    const row = document.createElement("div");
    row.textContent = text;
    box.append(row);
  }
  return box;
}
