// Charts that are not of figures over time: two indicators across units, and ranks over time.
import type { EChartsCoreOption } from "echarts/core";
import { boundsOf, number, pen, periodsOf, shape, shortOf, longOf, tipOf, type Axis, type ChartSpec, type Inks } from "./chart-spec.ts";
import { figure, say, withUnit } from "./words.ts";

function valueAxis(axis: Axis, ink: Inks, bounds: object): object {
  return {
    type: "value",
    scale: true,
    ...bounds,
    splitNumber: 4,
    name: `${axis.name}${axis.unit ? ` (${axis.unit})` : ""}`,
    nameLocation: "middle",
    nameGap: 30,
    nameTextStyle: { color: ink.text, fontSize: 12, width: 420, overflow: "truncate" },
    axisLine: { lineStyle: { color: ink.line } },
    axisTick: { show: false },
    axisLabel: { color: ink.soft, fontSize: 12, hideOverlap: true, formatter: (value: number) => figure(value) },
    splitLine: { lineStyle: { color: ink.line } },
  };
}

// The targets cut the field in four; what is in which part is in the table beside.
export function scatterOption(spec: ChartSpec, ink: Inks, width: number): EChartsCoreOption {
  const [across, up] = spec.axes ?? [{ name: "" }, { name: "" }];
  const points = (spec.points ?? []).map(([name, x, y]) => ({ name, value: [number(x), number(y)] }));
  const targets = [number(across.target), number(up.target)];
  const label = { color: ink.soft, fontSize: 12, backgroundColor: ink.paper, padding: [1, 3], formatter: say("mục tiêu", "target") };
  const line = { color: ink.text, type: [6, 4], width: 1.25 };
  const cuts = [
    ...(targets[0] === null ? [] : [{ xAxis: targets[0], lineStyle: line, label: { ...label, position: "end" } }]),
    ...(targets[1] === null ? [] : [{ yAxis: targets[1], lineStyle: line, label: { ...label, position: "insideEndTop" } }]),
  ];
  const reach = (index: 0 | 1): object => boundsOf([...points.map((point) => point.value[index] ?? null), targets[index] ?? null]);
  return {
    grid: { left: 34, right: 24, top: 24, bottom: 34, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "item",
      className: "chart-tip-box",
      confine: true,
      transitionDuration: 0,
      formatter: (shown: { name: string; value: [number, number] }) =>
        tipOf(shown.name, [`${across.name}: ${withUnit(shown.value[0], across.unit, across.decimals)}`, `${up.name}: ${withUnit(shown.value[1], up.unit, up.decimals)}`]),
    },
    xAxis: valueAxis(across, ink, reach(0)),
    yAxis: valueAxis(up, ink, reach(1)),
    series: [
      {
        type: "scatter",
        data: points,
        symbolSize: width < 500 ? 7 : 9,
        itemStyle: { color: pen(ink, 0), opacity: 0.75, borderColor: ink.paper, borderWidth: 1 },
        label: { show: true, formatter: "{b}", position: "right", color: ink.text, fontSize: 11 },
        labelLayout: { hideOverlap: true },
        markLine: { silent: true, symbol: "none", animation: false, data: cuts },
      },
    ],
  };
}

// A bump chart: the first is on top, each rank stands in its dot, the name at the end. Whoever was further down than there
// is room for leaves the drawing and comes back; the table beside it has every rank.
export function ranksOption(spec: ChartSpec, ink: Inks, width: number): EChartsCoreOption {
  const periods = periodsOf(spec);
  const wide = width >= 640;
  const deepest = spec.series.length;
  const rankOf = (series: number, index: number): number | null => {
    const code = periods[index];
    return number(spec.series[series]?.data.find(([period]) => period === code)?.[1]);
  };
  return {
    grid: { left: 16, right: wide ? 190 : 118, top: 12, bottom: 24 },
    tooltip: {
      trigger: "item",
      className: "chart-tip-box",
      confine: true,
      transitionDuration: 0,
      formatter: (shown: { seriesIndex: number; seriesName: string; dataIndex: number }) =>
        tipOf(shown.seriesName, [`${longOf(spec, periods[shown.dataIndex] ?? "")}: ${say("hạng", "rank")} ${rankOf(shown.seriesIndex, shown.dataIndex)}/${spec.most ?? deepest}`]),
    },
    xAxis: { type: "category", data: periods.map((code) => shortOf(spec, code)), boundaryGap: false, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: ink.soft, fontSize: 12, hideOverlap: true, margin: 14 } },
    yAxis: { type: "value", inverse: true, min: 0.4, max: deepest + 0.6, show: false },
    series: spec.series.map((one, i) => ({
      type: "line",
      name: one.name,
      data: periods.map((_, at) => {
        const rank = rankOf(i, at);
        return rank === null || rank > deepest ? null : { value: rank };
      }),
      symbol: shape(i),
      symbolSize: wide ? 22 : 16,
      showAllSymbol: true,
      connectNulls: false,
      lineStyle: { width: 2, color: pen(ink, i) },
      itemStyle: { color: ink.paper, borderColor: pen(ink, i), borderWidth: 1.75 },
      label: { show: true, position: "inside", color: ink.text, fontSize: wide ? 11 : 9, formatter: "{c}" },
      endLabel: { show: true, formatter: one.name, color: ink.text, fontSize: 12, distance: 14, width: wide ? 160 : 92, overflow: "truncate" },
      emphasis: { focus: "series", lineStyle: { width: 4 } },
    })),
  };
}
