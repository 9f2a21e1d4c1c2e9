// <ts-chart>: reads its description from a JSON script child, draws, and leaves the table beside it alone.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { heightOf, optionOf, type ChartSpec } from "./parts/chart-options.ts";
import { colour, say, specOf } from "./parts/words.ts";

use([BarChart, LineChart, ScatterChart, GridComponent, TooltipComponent, LegendComponent, MarkLineComponent, TitleComponent, AriaComponent, LabelLayout, SVGRenderer]);

function offer(name: string, address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

const LETTER = 8.6; // pixels that a letter of a title takes, about
const FOOT = 28;

function line(text: string, y: number, size: number, weight: number, ink: string): SVGTextElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "text");
  const looks = { x: "8", y: String(y), fill: ink, "font-size": String(size), "font-weight": String(weight), "font-family": "Be Vietnam Pro, sans-serif" };
  for (const [name, value] of Object.entries(looks)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// Words cut into lines that fit.
function wrapped(text: string, width: number, letter: number): string[] {
  const most = Math.max(12, Math.floor((width - 16) / letter));
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

// The whole picture: title and finding above, source and the demo's notice below, so that it stays honest where it is pasted.
// Serialised as XML: the library's own export writes &nbsp;, which an SVG reader refuses.
function asSvg(canvas: HTMLElement, spec: ChartSpec, source: string): string {
  const drawn = canvas.querySelector("svg");
  if (!drawn) return "";
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const titles = wrapped(spec.title, width, LETTER);
  const findings = spec.finding ? wrapped(spec.finding, width, LETTER * 0.8) : [];
  const head = 14 + titles.length * 21 + findings.length * 17;
  const feet = wrapped([source, document.querySelector("[data-demo]")?.textContent ?? ""].filter(Boolean).join(" · "), width, LETTER * 0.7);
  const whole = height + head + FOOT + (feet.length - 1) * 15;
  const size = { width: String(width), height: String(whole), viewBox: `0 0 ${width} ${whole}` };
  for (const [name, value] of Object.entries(size)) sheet.setAttribute(name, value);
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("y", String(head));
  sheet.append(
    ...titles.map((text, i) => line(text, 24 + i * 21, 16, 600, colour("--ink"))),
    ...findings.map((text, i) => line(text, 20 + titles.length * 21 + i * 17, 13, 400, colour("--soft"))),
    copy,
    ...feet.map((text, i) => line(text, height + head + 18 + i * 15, 12, 400, colour("--soft"))),
  );
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(sheet))}`;
}

async function asPng(svgAddress: string, ground: string): Promise<string> {
  const picture = new Image();
  picture.src = svgAddress;
  await picture.decode();
  const sheet = document.createElement("canvas");
  sheet.width = picture.width * 2;
  sheet.height = picture.height * 2;
  const pen = sheet.getContext("2d");
  if (pen) {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, sheet.width, sheet.height);
    pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
  }
  return sheet.toDataURL("image/png");
}

function button(word: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-quiet btn-small";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
}

class TsChart extends HTMLElement {
  private chart: ECharts | undefined;
  private watch: ResizeObserver | undefined;
  private look: MutationObserver | undefined;
  private width = 0;

  connectedCallback(): void {
    const spec = specOf<ChartSpec>(this);
    if (!spec || this.chart) return;
    const canvas = document.createElement("div");
    canvas.className = "chart-canvas";
    canvas.setAttribute("role", "img");
    this.prepend(canvas);
    this.chart = init(canvas, null, { renderer: "svg" });
    this.draw(spec);
    canvas.after(this.tools(spec, canvas));
    this.watch = new ResizeObserver(() => this.fit(spec, canvas));
    this.watch.observe(canvas);
    this.look = new MutationObserver(() => this.draw(spec));
    this.look.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback(): void {
    this.watch?.disconnect();
    this.look?.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }

  // Names at the ends of lines, and columns of small charts, depend on how wide the place is.
  private fit(spec: ChartSpec, canvas: HTMLElement): void {
    if (canvas.clientWidth === this.width) return;
    this.chart?.resize();
    this.draw(spec);
  }

  private draw(spec: ChartSpec): void {
    const canvas = this.chart?.getDom();
    if (!canvas) return;
    this.width = canvas.clientWidth;
    const height = heightOf(spec, this.width);
    if (height !== null && canvas.clientHeight !== Math.round(height)) {
      canvas.style.height = `${Math.round(height)}px`;
      this.chart?.resize();
    }
    this.chart?.setOption(optionOf(spec, this.width), { notMerge: true });
  }

  private tools(spec: ChartSpec, canvas: HTMLElement): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "chart-bar";
    const told = document.createElement("p");
    told.className = "source";
    const source = spec.source ? `${say("Nguồn:", "Source:")} ${spec.source}` : "";
    const date = spec.date ? `${say("cập nhật", "updated")} ${spec.date}` : "";
    told.textContent = [source, date].filter(Boolean).join(" · ");
    const svg = (): string => asSvg(canvas, spec, told.textContent ?? "");
    const name = spec.title.slice(0, 80);
    const png = async (): Promise<void> =>
      offer(`${name}.png`, await asPng(svg(), getComputedStyle(this.closest(".card") ?? document.body).backgroundColor));
    const keys = document.createElement("span");
    keys.append(button(say("Tải PNG", "PNG"), () => void png()), button(say("Tải SVG", "SVG"), () => offer(`${name}.svg`, svg())));
    bar.append(told, keys);
    return bar;
  }
}

if (!customElements.get("ts-chart")) customElements.define("ts-chart", TsChart);
