// <ts-timemap>: plays a map through time. The server drew its last step; the JSON child holds every era's paths once and
// for each step the shades (or radii). Leaving the page ends its only timer. Who wants less motion moves the slider.
import { specOf } from "./parts/words.ts";

interface Step {
  period: string;
  era: number;
  shades: string[];
  r?: number[];
  whole: string;
  of: string;
  best: [string, string][];
  worst: [string, string][];
}

interface Spec {
  eras: { text: string; units: [string, string, number, number][] }[];
  steps: Step[];
}

const PACE = 650; // ms for a step
const REST = 5; // steps for which the last one stays, and each that begins an era
const SVG = "http://www.w3.org/2000/svg";

class TsTimemap extends HTMLElement {
  private timer = 0;
  private spec: Spec | null = null;
  private at = 0;
  private era = -1;
  private rest = 0;

  connectedCallback(): void {
    this.spec = specOf<Spec>(this);
    const slider = this.slider();
    if (!this.spec || !slider) return;
    this.at = this.spec.steps.length - 1;
    slider.disabled = false;
    slider.addEventListener("input", () => {
      this.play(false);
      this.show(Number(slider.value));
    });
    const button = this.querySelector<HTMLButtonElement>("[data-play]");
    if (button) button.hidden = false;
    button?.addEventListener("click", () => this.play(this.timer === 0));
    this.placeMarks();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.play(false);
    this.at = -1;
    this.play(true);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
    this.timer = 0;
  }

  private slider(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("[data-slider]");
  }

  private play(on: boolean): void {
    clearInterval(this.timer);
    this.timer = on ? window.setInterval(() => this.step(), PACE) : 0;
    this.querySelector("[data-play]")?.setAttribute("aria-pressed", String(on));
  }

  private step(): void {
    if (this.rest > 0) return void (this.rest -= 1);
    const total = this.spec?.steps.length ?? 1;
    this.show((this.at + 1) % total);
    this.rest = this.at === total - 1 || this.classList.contains("is-new-era") ? REST : 0;
  }

  private placeMarks(): void {
    for (const mark of this.querySelectorAll<HTMLElement>("[data-share]")) {
      const share = Number(mark.dataset["share"]);
      mark.style.setProperty("--at", `${share}%`);
      mark.classList.add("is-placed");
      mark.classList.toggle("to-left", share > 60);
    }
  }

  private show(at: number): void {
    const step = this.spec?.steps[at];
    if (!step) return;
    this.classList.toggle("is-new-era", at > 0 && step.era !== this.spec?.steps[at - 1]?.era);
    this.at = at;
    if (step.era !== this.era) this.drawEra(step.era);
    const paths = this.querySelectorAll<SVGPathElement>("[data-areas] path");
    step.shades.forEach((shade, i) => {
      const path = paths[i];
      path?.setAttribute("class", `mc mc-${shade}`);
      if (shade === "0") path?.setAttribute("fill", "url(#no-figure)");
      else path?.removeAttribute("fill");
    });
    const circles = this.querySelectorAll<SVGCircleElement>("[data-circles] circle");
    step.r?.forEach((radius, i) => circles[i]?.setAttribute("r", String(radius)));
    this.say(step);
  }

  private drawEra(number: number): void {
    this.era = number;
    const units = this.spec?.eras[number]?.units ?? [];
    this.querySelector("[data-areas]")?.replaceChildren(...units.map(([, path]) => made("path", { d: path })));
    this.querySelector("[data-circles]")?.replaceChildren(
      ...units.map(([, , x, y]) => made("circle", { class: "mp", cx: String(x), cy: String(y), r: "0" })),
    );
  }

  private say(step: Step): void {
    const put = (selector: string, text: string): void => {
      const place = this.querySelector(selector);
      if (place) place.textContent = text;
    };
    put("[data-period]", step.period);
    put("[data-whole]", step.whole);
    put("[data-of]", step.of);
    put("[data-many]", this.spec?.eras[step.era]?.text ?? "");
    const slider = this.slider();
    if (slider) {
      slider.value = String(this.at);
      slider.setAttribute("aria-valuetext", `${step.period}: ${step.whole}`);
    }
    this.list("[data-best]", step.best);
    this.list("[data-worst]", step.worst);
  }

  private list(selector: string, rows: [string, string][]): void {
    const lines = rows.map(([name, value]) => {
      const line = document.createElement("li");
      const [left, right] = [document.createElement("span"), document.createElement("span")];
      [left.textContent, right.textContent, right.className] = [name, value, "num"];
      line.append(left, right);
      return line;
    });
    this.querySelector(selector)?.replaceChildren(...lines);
  }
}

function made(name: string, attributes: Record<string, string>): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

if (!customElements.get("ts-timemap")) customElements.define("ts-timemap", TsTimemap);
