// From a plain description of a chart to what ECharts wants: charts over time, alone or as small multiples.
import type { EChartsCoreOption } from "echarts/core";
import { ranksOption, scatterOption } from "./chart-others.ts";
import {
  boundsOf, describe, inks, linesOf, longOf, number, pen, periodsOf, settled, shape, shortOf, tipOf,
  type ChartSpec, type Figure, type Inks, type Line, type Mark, type Point,
} from "./chart-spec.ts";
import { figure, say, statusWord, withUnit } from "./words.ts";

export type { ChartSpec } from "./chart-spec.ts";

const WIDE = 640; // from here there is room for names at the end of lines
const NAMED = 8; // more names than these run into each other
const FACET = { width: 250, height: 190, head: 34, gap: 24 };

interface Place {
  xAxisIndex: number;
  yAxisIndex: number;
}

interface Look {
  ink: Inks;
  place: Place;
  small: boolean; // one of many: no names at the ends
  named: boolean; // a name at the end of the line
  many: boolean;
}

// A line in two parts: what is official is solid; what is estimated or preliminary is dashed with hollow dots.
function lineParts(name: string, points: Point[], index: number, look: Look): object[] {
  const ink = pen(look.ink, index);
  const firm = points.map((point) => (settled(point) ? number(point[1]) : null));
  const soft = points.map((point, i) => (!settled(point) || !settled(points[i + 1] ?? point) ? number(point[1]) : null));
  const last = [...points].reverse().find((point) => number(point[1]) !== null);
  const said = (here: boolean): object => ({ show: look.named && here, formatter: name, color: ink, fontSize: 12, width: 132, overflow: "truncate" });
  const base = { type: "line", name, ...look.place, symbol: look.many ? shape(index) : "circle", connectNulls: false, emphasis: { disabled: true }, labelLayout: { moveOverlap: "shiftY" } };
  const size = points.length > 30 && !look.many ? 0 : look.small ? 4 : 6;
  const dots = { symbolSize: size, showSymbol: size > 0, showAllSymbol: points.length > 30 ? "auto" : true };
  const parts: object[] = [
    { ...base, ...dots, data: firm, endLabel: said(settled(last)), lineStyle: { width: look.small ? 1.75 : 2.5, color: ink }, itemStyle: { color: ink } },
  ];
  if (points.some((point) => !settled(point))) {
    const open = soft.map((value, i) => ({ value, symbolSize: settled(points[i]) ? 0 : look.small ? 5 : 8 }));
    parts.push({ ...base, data: open, endLabel: said(!settled(last)), showSymbol: true, showAllSymbol: true, lineStyle: { width: 2, type: "dashed", color: ink }, itemStyle: { color: look.ink.paper, borderColor: ink, borderWidth: 2 } });
  }
  return parts;
}

// A level that holds from one period to another: drawn in steps, never as a slope.
function steps(name: string, points: Point[], look: Look): object {
  const line = { width: 1.25, type: [6, 4], color: look.ink.text };
  const data = points.map((point) => number(point[1]));
  return { type: "line", name, ...look.place, data, step: "end", symbol: "none", connectNulls: false, lineStyle: line, itemStyle: { color: look.ink.text }, emphasis: { disabled: true } };
}

function bars(one: Line, points: Point[], index: number, look: Look): object {
  const ink = pen(look.ink, index);
  const open = { color: look.ink.paper, borderColor: ink, borderWidth: 1.5, borderType: "dashed" };
  const edge = one.stack ? { borderColor: look.ink.paper, borderWidth: 0.75 } : { borderRadius: [3, 3, 0, 0] };
  const data = points.map((point) => ({ value: number(point[1]), itemStyle: settled(point) ? { color: ink, ...edge } : one.stack ? { color: ink, opacity: 0.55, ...edge } : open }));
  return { type: "bar", name: one.name, ...look.place, ...(one.stack ? { stack: one.stack } : {}), data, barMaxWidth: 36, itemStyle: { color: ink, ...edge }, emphasis: { disabled: true } };
}

function marks(spec: ChartSpec, breaks: Mark[], ink: Inks, small: boolean): object {
  const text = { color: ink.soft, fontSize: 12, backgroundColor: ink.paper, padding: [1, 3] };
  const level = (value: Figure, word: string): object[] => {
    const at = number(value);
    if (at === null) return [];
    const label = { ...text, show: !small, position: "insideStartTop", formatter: `${word} ${withUnit(at, spec.unit)}` };
    return [{ yAxis: at, lineStyle: { color: ink.text, type: [6, 4], width: 1.25 }, label }];
  };
  const upright = (one: Mark, type: number[] | string, position: string): object => ({
    xAxis: shortOf(spec, one.period),
    lineStyle: { color: ink.soft, type, width: 1.25 },
    label: { ...text, show: !small, position, ...(position === "end" ? { distance: 2 } : { rotate: 90, distance: 6 }), formatter: one.label },
  });
  const broken = breaks.map((one) => upright(one, [2, 3], "insideStartTop"));
  const notes = (spec.notes ?? []).map((one) => upright(one, "solid", "end"));
  const floor = level(spec.target?.floor, say("Mục tiêu từ", "Target from"));
  const ceiling = level(spec.target?.ceiling, say("Mục tiêu đến", "Target up to"));
  return { silent: true, symbol: "none", animation: false, data: [...floor, ...ceiling, ...level(spec.level, ""), ...broken, ...notes] };
}

function tip(spec: ChartSpec, lines: Line[], code: string, head: string): HTMLElement {
  const rows = lines.map((one) => {
    const point = one.data.find(([period]) => period === code);
    const value = number(point?.[1]);
    const words = value === null ? say("chưa có số liệu", "no figure") : withUnit(value, spec.unit, spec.decimals);
    return `${lines.length > 1 ? `${one.name}: ` : ""}${words}${point && !settled(point) ? ` (${statusWord(point[2] ?? "")})` : ""}`;
  });
  return tipOf([head, longOf(spec, code)].filter(Boolean).join(" · "), rows);
}

function seriesOf(spec: ChartSpec, lines: Line[], breaks: Mark[], periods: string[], look: Look): object[] {
  const all = lines.flatMap((one, i) => {
    const known = new Map(one.data.map((point) => [point[0], point]));
    const points = periods.map((period): Point => known.get(period) ?? [period, null]);
    const index = spec.ordered ? lines.length - 1 - i : i;
    if (one.kind === "step") return [steps(one.name, points, look)];
    return one.kind === "bar" ? [bars(one, points, index, look)] : lineParts(one.name, points, index, look);
  });
  return all.map((one, i) => (i === 0 ? { ...one, markLine: marks(spec, breaks, look.ink, look.small) } : one));
}

// The highest bar of a stack is the sum of its parts.
function heights(lines: Line[], periods: string[]): (number | null)[] {
  if (!lines.some((one) => one.stack)) return lines.flatMap((one) => one.data.map((point) => number(point[1])));
  return periods.map((code) => lines.reduce((sum, one) => sum + (number(one.data.find(([period]) => period === code)?.[1]) ?? 0), 0));
}

function axes(spec: ChartSpec, periods: string[], ink: Inks, whole: boolean, bounds: object, small: boolean): { x: object; y: object } {
  const axis = { axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false }, axisLabel: { color: ink.soft, fontSize: small ? 11 : 12, hideOverlap: true, showMinLabel: true, showMaxLabel: true } };
  const ends = whole ? {} : { alignMinLabel: "left", alignMaxLabel: "right" };
  return {
    x: { ...axis, axisLabel: { ...axis.axisLabel, ...ends, ...(small ? { interval: Math.max(0, periods.length - 2) } : {}) }, type: "category", data: periods.map((code) => shortOf(spec, code)), boundaryGap: whole },
    y: {
      ...axis,
      type: "value",
      scale: !whole, // bars start at zero, always
      ...bounds,
      splitNumber: small ? 2 : 4,
      name: small ? "" : (spec.unit ?? ""),
      nameTextStyle: { color: ink.soft, align: "left", padding: [0, 0, 0, -28] },
      axisLine: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...axis.axisLabel, formatter: (value: number) => figure(value) },
    },
  };
}

function common(spec: ChartSpec, ink: Inks, legend: boolean): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink.text },
    aria: { enabled: true, label: { description: describe(spec) }, decal: { show: linesOf(spec).some((one) => one.stack) } },
    legend: { show: legend, type: "plain", left: 0, top: 0, itemWidth: 22, itemHeight: 10, textStyle: { color: ink.text, fontSize: 13 } },
  };
}

function alone(spec: ChartSpec, width: number): EChartsCoreOption {
  const ink = inks();
  const periods = periodsOf(spec);
  const whole = spec.series.some((one) => one.kind === "bar");
  const drawn = spec.series.filter((one) => one.kind !== "step").length;
  const named = drawn > 1 && drawn <= NAMED && width >= WIDE && !whole;
  const look: Look = { ink, place: { xAxisIndex: 0, yAxisIndex: 0 }, small: false, named, many: drawn > 1 };
  const all = [...heights(spec.series, periods), number(spec.target?.floor), number(spec.target?.ceiling), spec.level ?? null];
  const { x, y } = axes(spec, periods, ink, whole, whole ? {} : boundsOf(all), false);
  const legend = spec.series.length > 1 && !named;
  return {
    ...common(spec, ink, legend),
    grid: { left: 8, right: named ? 146 : 16, top: legend ? 28 + 24 * Math.ceil((spec.series.length * 170) / Math.max(width, 1)) : 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      className: "chart-tip-box",
      confine: true,
      transitionDuration: 0,
      axisPointer: { type: whole ? "shadow" : "line", lineStyle: { color: ink.soft }, shadowStyle: { color: ink.line, opacity: 0.35 } },
      formatter: (shown: { dataIndex: number }[]) => tip(spec, spec.series, periods[shown[0]?.dataIndex ?? 0] ?? "", ""),
    },
    xAxis: x,
    yAxis: y,
    series: seriesOf(spec, spec.series, spec.breaks ?? [], periods, look),
  };
}

const columnsIn = (width: number, count: number): number => Math.max(1, Math.min(4, count, Math.floor(width / FACET.width)));

// Small charts on the same axes, in one drawing: what is compared is the shape and the height.
function multiples(spec: ChartSpec, width: number): EChartsCoreOption {
  const ink = inks();
  const facets = spec.facets ?? [];
  const periods = periodsOf(spec);
  const whole = linesOf(spec).some((one) => one.kind === "bar");
  const highs = facets.flatMap((facet) => heights(facet.series, periods));
  const bounds = whole ? { min: 0, max: boundsOf(highs).max } : boundsOf(highs);
  const names = new Set(linesOf(spec).map((one) => one.name));
  const legend = facets.some((facet) => facet.series.length > 1);
  const top = legend ? 30 : 4;
  const columns = columnsIn(width, facets.length);
  const cell = width / columns;
  const at = facets.map((_, i) => ({ left: (i % columns) * cell, top: top + Math.floor(i / columns) * (FACET.height + FACET.gap) }));
  const parts = facets.map(() => axes(spec, periods, ink, whole, bounds, true));
  return {
    ...common(spec, ink, legend && names.size > 1),
    title: facets.map((facet, i) => ({ text: facet.title, left: (at[i]?.left ?? 0) + 4, top: at[i]?.top ?? 0, padding: 0, textStyle: { color: ink.text, fontSize: 13, fontWeight: 600, width: cell - 20, overflow: "truncate" } })),
    grid: at.map((place) => ({ left: place.left + 4, top: place.top + FACET.head, width: cell - 24, height: FACET.height - FACET.head, outerBoundsMode: "same", outerBoundsContain: "axisLabel" })),
    tooltip: {
      trigger: "axis",
      className: "chart-tip-box",
      confine: true,
      transitionDuration: 0,
      axisPointer: { type: whole ? "shadow" : "line", lineStyle: { color: ink.soft }, shadowStyle: { color: ink.line, opacity: 0.35 } },
      formatter: (shown: { dataIndex: number; axisIndex?: number }[]) => {
        const facet = facets[shown[0]?.axisIndex ?? 0];
        return tip(spec, facet?.series ?? [], periods[shown[0]?.dataIndex ?? 0] ?? "", facet?.title ?? "");
      },
    },
    xAxis: parts.map((part, i) => ({ ...part.x, gridIndex: i })),
    yAxis: parts.map((part, i) => ({ ...part.y, gridIndex: i })),
    series: facets.flatMap((facet, i) => {
      const look: Look = { ink, place: { xAxisIndex: i, yAxisIndex: i }, small: true, named: false, many: facet.series.length > 1 };
      return seriesOf(spec, facet.series, facet.breaks ?? [], periods, look);
    }),
  };
}

// How tall a chart should be in a place so wide; null: as the style sheet says.
export function heightOf(spec: ChartSpec, width: number): number | null {
  if (spec.form === "ranks") return 60 + 34 * spec.series.length;
  if (spec.form === "scatter") return Math.min(560, Math.max(320, width * 0.6));
  if (!spec.facets) return spec.series.length > 4 ? 400 : null;
  const top = spec.facets.some((facet) => facet.series.length > 1) ? 34 : 4;
  return top + Math.ceil(spec.facets.length / columnsIn(width, spec.facets.length)) * (FACET.height + FACET.gap);
}

export function optionOf(spec: ChartSpec, width = WIDE): EChartsCoreOption {
  const ink = inks();
  if (spec.form === "scatter") return { ...common(spec, ink, false), ...scatterOption(spec, ink, width) };
  if (spec.form === "ranks") return { ...common(spec, ink, false), ...ranksOption(spec, ink, width) };
  return spec.facets ? multiples(spec, width) : alone(spec, width);
}
