// From a plain description of a chart to what ECharts wants.
import type { EChartsCoreOption } from "echarts/core";
import { colour, figure, periodLong, periodShort, say, statusWord, withUnit } from "./words.ts";

export type Point = [period: string, value: number | string | null, status?: string];

export interface ChartSpec {
  title: string;
  unit?: string;
  decimals?: number;
  series: { name: string; kind?: "line" | "bar" | "trend" | "step"; data: Point[] }[];
  target?: { floor?: number | string | null; ceiling?: number | string | null };
  breaks?: { period: string; label: string }[];
  source?: string;
  date?: string;
}

interface Inks {
  text: string;
  soft: string;
  line: string;
  paper: string;
  bad: string;
  series: string[];
}

export function inks(): Inks {
  const names = ["--accent-ink", "--info", "--warn", "--m3", "--bad", "--soft"];
  return {
    text: colour("--ink"),
    soft: colour("--soft"),
    line: colour("--line"),
    paper: colour("--paper"),
    bad: colour("--bad"),
    series: names.map(colour),
  };
}

const number = (value: number | string | null | undefined): number | null =>
  value === null || value === undefined || value === "" ? null : Number(value);
const settled = (point: Point | undefined): boolean => (point?.[2] ?? "official") === "official";

export function periodsOf(spec: ChartSpec): string[] {
  return [...new Set(spec.series.flatMap((one) => one.data.map(([period]) => period)))].sort();
}

// A line in two parts: what is official is solid; what is estimated or preliminary is dashed with hollow dots.
function lineParts(name: string, points: Point[], ink: string, paper: string): object[] {
  const firm = points.map((point) => (settled(point) ? number(point[1]) : null));
  const soft = points.map((point, i) => (!settled(point) || !settled(points[i + 1] ?? point) ? number(point[1]) : null));
  const base = { type: "line", name, symbol: "circle", connectNulls: false, emphasis: { disabled: true } };
  const parts: object[] = [
    { ...base, data: firm, symbolSize: points.length > 30 ? 0 : 5, showSymbol: points.length <= 30, lineStyle: { width: 2.5, color: ink }, itemStyle: { color: ink } },
  ];
  if (points.some((point) => !settled(point))) {
    const dots = soft.map((value, i) => ({ value, symbolSize: settled(points[i]) ? 0 : 8 }));
    parts.push({ ...base, data: dots, showSymbol: true, showAllSymbol: true, lineStyle: { width: 2, type: "dashed", color: ink }, itemStyle: { color: paper, borderColor: ink, borderWidth: 2 } });
  }
  return parts;
}

// A level that holds from one period to another: drawn in steps, never as a slope.
function steps(name: string, points: Point[], ink: string): object {
  const line = { width: 1.25, type: [6, 4], color: ink };
  const data = points.map((point) => number(point[1]));
  return { type: "line", name, data, step: "end", symbol: "none", connectNulls: false, lineStyle: line, itemStyle: { color: ink }, emphasis: { disabled: true } };
}

function bars(name: string, points: Point[], ink: string, paper: string): object {
  const open = { color: paper, borderColor: ink, borderWidth: 1.5, borderType: "dashed" };
  const data = points.map((point) => ({ value: number(point[1]), itemStyle: settled(point) ? { color: ink } : open }));
  return { type: "bar", name, data, barMaxWidth: 36, itemStyle: { color: ink, borderRadius: [3, 3, 0, 0] }, emphasis: { disabled: true } };
}

function marks(spec: ChartSpec, ink: Inks): object {
  const text = { color: ink.soft, fontSize: 12, backgroundColor: ink.paper, padding: [1, 3] };
  const level = (value: number | string | null | undefined, word: string): object[] => {
    const at = number(value);
    if (at === null) return [];
    const label = { ...text, position: "insideStartTop", formatter: `${word} ${withUnit(at, spec.unit)}` };
    return [{ yAxis: at, lineStyle: { color: ink.text, type: [6, 4], width: 1.25 }, label }];
  };
  const breaks = (spec.breaks ?? []).map((one) => ({
    xAxis: periodShort(one.period),
    lineStyle: { color: ink.soft, type: [2, 3], width: 1.25 },
    label: { ...text, position: "insideStartTop", rotate: 90, formatter: one.label, distance: 6 },
  }));
  const floor = level(spec.target?.floor, say("Mục tiêu từ", "Target from"));
  const ceiling = level(spec.target?.ceiling, say("Mục tiêu đến", "Target up to"));
  return { silent: true, symbol: "none", animation: false, data: [...floor, ...ceiling, ...breaks] };
}

// The tooltip is built of elements with classes: a strict policy allows no inline style.
function tip(spec: ChartSpec, periods: string[], index: number): HTMLElement {
  const box = document.createElement("div");
  box.className = "chart-tip";
  const code = periods[index] ?? "";
  const head = document.createElement("strong");
  head.textContent = periodLong(code);
  box.append(head);
  for (const one of spec.series) {
    const point = one.data.find(([period]) => period === code);
    const value = number(point?.[1]);
    const row = document.createElement("div");
    const words = value === null ? say("chưa có số liệu", "no figure") : withUnit(value, spec.unit, spec.decimals);
    row.textContent = `${spec.series.length > 1 ? `${one.name}: ` : ""}${words}${point && !settled(point) ? ` (${statusWord(point[2] ?? "")})` : ""}`;
    box.append(row);
  }
  return box;
}

function seriesOf(spec: ChartSpec, periods: string[], ink: Inks): object[] {
  const all = spec.series.flatMap((one, i) => {
    const known = new Map(one.data.map((point) => [point[0], point]));
    const points = periods.map((period): Point => known.get(period) ?? [period, null]);
    const pen = ink.series[i % ink.series.length] ?? ink.text;
    if (one.kind === "step") return [steps(one.name, points, ink.text)];
    return one.kind === "bar" ? [bars(one.name, points, pen, ink.paper)] : lineParts(one.name, points, pen, ink.paper);
  });
  return all.map((one, i) => (i === 0 ? { ...one, markLine: marks(spec, ink) } : one));
}

export function describe(spec: ChartSpec): string {
  const first = spec.series[0];
  const known = (first?.data ?? []).filter((point) => number(point[1]) !== null);
  const [from, to] = [known[0], known[known.length - 1]];
  if (!from || !to) return spec.title;
  const at = (point: Point): string => `${periodLong(point[0])}: ${withUnit(Number(point[1]), spec.unit, spec.decimals)}`;
  return `${spec.title}. ${at(from)}; ${at(to)}. ${say("Bảng số liệu ở ngay bên dưới.", "The table below holds every figure.")}`;
}

// Round bounds around the figures and the target, so that the axis shows round numbers and leaves the line some air.
function bounds(spec: ChartSpec): { min?: number; max?: number } {
  const aims = [number(spec.target?.floor), number(spec.target?.ceiling)];
  const all = [...aims, ...spec.series.flatMap((one) => one.data.map((point) => number(point[1])))].filter((v): v is number => v !== null);
  if (all.length === 0) return {};
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10);
  const floor = Math.floor(low / step) * step;
  return { min: low >= 0 && floor < 0 ? 0 : floor, max: Math.ceil(high / step) * step };
}

export function optionOf(spec: ChartSpec): EChartsCoreOption {
  const ink = inks();
  const periods = periodsOf(spec);
  const whole = spec.series.some((one) => one.kind === "bar");
  const axis = { axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false }, axisLabel: { color: ink.soft, fontSize: 12, hideOverlap: true } };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink.text },
    aria: { enabled: true, label: { description: describe(spec) } },
    grid: { left: 8, right: 16, top: spec.series.length > 1 ? 44 : 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { show: spec.series.length > 1, left: 0, top: 0, icon: "roundRect", itemWidth: 14, itemHeight: 4, textStyle: { color: ink.text, fontSize: 13 } },
    tooltip: {
      trigger: "axis",
      className: "chart-tip-box",
      confine: true,
      transitionDuration: 0,
      axisPointer: { type: whole ? "shadow" : "line", lineStyle: { color: ink.soft }, shadowStyle: { color: ink.line, opacity: 0.35 } },
      formatter: (shown: { dataIndex: number }[]) => tip(spec, periods, shown[0]?.dataIndex ?? 0),
    },
    xAxis: {
      ...axis,
      axisLabel: { ...axis.axisLabel, alignMinLabel: whole ? null : "left", alignMaxLabel: whole ? null : "right" },
      type: "category",
      data: periods.map(periodShort),
      boundaryGap: whole,
    },
    yAxis: {
      ...axis,
      type: "value",
      scale: !whole, // bars start at zero, always
      ...(whole ? {} : bounds(spec)),
      splitNumber: 4,
      name: spec.unit ?? "",
      nameTextStyle: { color: ink.soft, align: "left", padding: [0, 0, 0, -28] },
      axisLine: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => figure(value) },
    },
    series: seriesOf(spec, periods, ink),
  };
}
