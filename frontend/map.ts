// <ts-map>: the same map as the server drew, to be zoomed. Its child figure stays until this one can draw, for ever without
// WebGL, and for print; legend and lists are the server's, so that every drawing agrees.
// JSON child: {areas: address or FeatureCollection (properties.ref, .name), shades: {ref: "0" … "7", "t1" … "t4", "base"},
// values, texts, hrefs by ref, circles: [[ref, name, longitude, latitude, radius as a share of the width]], unit, decimals,
// label, ground: the shade of areas without one, clusters: address of what lies in a view, box: the first view,
// place: whether somebody may place a pin}. No tiles: nothing is fetched from elsewhere.
import { Map as GlMap, NavigationControl, Popup, setWorkerUrl, type MapLayerMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { clusters } from "./parts/clusters.ts";
import { place } from "./parts/place.ts";
import { colour, say, specOf, withUnit } from "./parts/words.ts";

type ByRef<T> = Record<string, T>;

interface MapSpec {
  areas: string | Areas;
  shades: ByRef<string>;
  values: ByRef<number | string>;
  texts?: ByRef<string>;
  hrefs?: ByRef<string>;
  circles?: [string, string, number, number, number][];
  unit?: string;
  decimals?: number | "";
  label?: string;
  lit?: string;
  ground?: string;
  clusters?: string;
  box?: [number, number, number, number] | null;
  place?: boolean;
}

interface Area {
  type: "Feature";
  id?: number;
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

interface Areas {
  type: "FeatureCollection";
  features: Area[];
}

type Box = [[number, number], [number, number]];

setWorkerUrl(workerUrl);

const SHADES: [string, string][] = [
  ...Array.from({ length: 7 }, (_, i): [string, string] => [String(i + 1), `--m${i + 1}`]),
  ["t1", "--miss-far"],
  ["t2", "--miss-near"],
  ["t3", "--meet-near"],
  ["t4", "--meet-far"],
];
const HATCH = 12; // pixels of the pattern for areas without a figure

async function load(areas: string | Areas): Promise<Areas> {
  if (typeof areas !== "string") return areas;
  const answer = await fetch(areas);
  if (!answer.ok) throw new Error(`${areas}: ${answer.status}`);
  return (await answer.json()) as Areas;
}

function shaded(areas: Areas, spec: MapSpec): Areas {
  const features = areas.features.map((area, id) => {
    const ref = String(area.properties["ref"] ?? "");
    return { ...area, id, properties: { ...area.properties, ref, shade: spec.shades[ref] ?? spec.ground ?? "0" } };
  });
  return { ...areas, features };
}

function dots(spec: MapSpec, width: number): Areas {
  const features = (spec.circles ?? []).map(([ref, name, x, y, share]): Area => ({
    type: "Feature",
    properties: { ref, name, radius: share * width },
    geometry: { type: "Point", coordinates: [x, y] },
  }));
  return { type: "FeatureCollection", features };
}

function corners(areas: Areas): Box {
  const box: Box = [[Infinity, Infinity], [-Infinity, -Infinity]];
  const walk = (node: unknown): void => {
    if (!Array.isArray(node)) return;
    const [x, y] = node as unknown[];
    if (typeof x !== "number" || typeof y !== "number") return node.forEach(walk);
    box[0] = [Math.min(box[0][0], x), Math.min(box[0][1], y)];
    box[1] = [Math.max(box[1][0], x), Math.max(box[1][1], y)];
  };
  areas.features.forEach((area) => walk(area.geometry.coordinates));
  return box;
}

// Diagonal strokes, as the server hatches what has no figure.
function hatch(): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH;
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = colour("--m0");
  pen.fillRect(0, 0, HATCH, HATCH);
  pen.strokeStyle = colour("--line-strong");
  pen.globalAlpha = 0.55;
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.moveTo(shift, HATCH);
    pen.lineTo(shift + HATCH, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, HATCH, HATCH);
}

function layers(lit: string): unknown[] {
  const fill = ["match", ["get", "shade"], ...SHADES.flatMap(([shade, name]) => [shade, colour(name)]), colour("--m0")];
  const width = ["case", ["boolean", ["feature-state", "lit"], false], 3, 1.2];
  const edge = ["case", ["boolean", ["feature-state", "lit"], false], colour("--ink"), ["match", ["get", "shade"], ["base", "0"], colour("--line-strong"), colour("--paper")]];
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("--paper") } },
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": fill } },
    { id: "unknown", type: "fill", source: "areas", filter: ["==", ["get", "shade"], "0"], paint: { "fill-pattern": "hatch" } },
    { id: "edges", type: "line", source: "areas", paint: { "line-color": edge, "line-width": width } },
    { id: "mine", type: "line", source: "areas", filter: ["==", ["get", "ref"], lit], paint: { "line-color": colour("--ink"), "line-width": 3.5 } },
    { id: "dots", type: "circle", source: "dots", paint: { "circle-radius": ["get", "radius"], "circle-color": colour("--accent"), "circle-opacity": 0.6, "circle-stroke-color": colour("--ink"), "circle-stroke-width": 1 } },
  ];
}

class TsMap extends HTMLElement {
  private map: GlMap | undefined;

  connectedCallback(): void {
    const spec = specOf<MapSpec>(this);
    if (spec && !this.map) void this.start(spec);
  }

  disconnectedCallback(): void {
    this.map?.remove();
    this.map = undefined;
  }

  private async start(spec: MapSpec): Promise<void> {
    const areas = await load(spec.areas).catch(() => null);
    if (!areas?.features.length || !this.isConnected) return this.failed(); // the server's drawing stays
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    this.prepend(canvas);
    try {
      this.map = this.draw(canvas, shaded(areas, spec), spec);
    } catch {
      canvas.remove(); // no WebGL
      return this.failed();
    }
    this.map.once("load", () => this.classList.add("is-drawn")); // from now on the server's drawing is for print only
    this.answer(this.map, spec);
  }

  private failed(): void {
    this.dispatchEvent(new CustomEvent("tinhso:undrawn", { bubbles: true }));
  }

  private draw(container: HTMLElement, areas: Areas, spec: MapSpec): GlMap {
    const map = new GlMap({
      container,
      bounds: spec.box ? [[spec.box[0], spec.box[1]], [spec.box[2], spec.box[3]]] : corners(areas),
      fitBoundsOptions: { padding: spec.clusters ? 32 : 16 }, // marks are as wide as that
      attributionControl: false,
      dragRotate: false,
      cooperativeGestures: true,
      style: {
        version: 8,
        sources: {
          areas: { type: "geojson", data: areas as never },
          dots: { type: "geojson", data: dots(spec, container.clientWidth) as never },
        },
        layers: [],
      },
    });
    map.on("load", () => {
      map.addImage("hatch", hatch());
      for (const layer of layers(spec.lit ?? "")) map.addLayer(layer as never);
      if (spec.circles?.length) this.key(container, spec);
      if (spec.clusters) clusters(map, spec.clusters);
      const frame = spec.place ? this.closest<HTMLElement>("[data-place-map]") : null;
      if (frame) place(map, areas.features, frame);
    });
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.getCanvas().setAttribute("aria-label", spec.label ?? say("Bản đồ", "Map"));
    return map;
  }

  // The circles of the legend, as the server drew them, at the size they have here.
  private key(container: HTMLElement, spec: MapSpec): void {
    const drawn = this.querySelector<SVGSVGElement>(".map-svg");
    const key = drawn?.querySelector<SVGGElement>(".map-key");
    if (!drawn || !key || !spec.circles) return;
    const circle = key.querySelector("circle");
    const radius = Number(circle?.getAttribute("r") ?? 0), x = Number(circle?.getAttribute("cx") ?? 0), y = Number(circle?.getAttribute("cy") ?? 0);
    const scale = container.clientWidth / drawn.viewBox.baseVal.width;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const box = [x - radius - 2, y - radius - 4, radius * 9, radius * 2 + 8];
    svg.setAttribute("viewBox", box.join(" "));
    svg.setAttribute("width", String((box[2] ?? 0) * scale));
    svg.setAttribute("class", "map-key-over");
    svg.append(key.cloneNode(true));
    container.append(svg);
  }

  private words(ref: string, name: unknown, spec: MapSpec): string {
    if (spec.clusters || spec.place) return String(name);
    const value = spec.values[ref];
    const decimals = spec.decimals === "" ? undefined : spec.decimals;
    const said = value === undefined ? (spec.texts?.[ref] ?? say("chưa có số liệu", "no figure")) : withUnit(Number(value), spec.unit, decimals);
    return `${String(name)}: ${said}`;
  }

  private answer(map: GlMap, spec: MapSpec): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: "map-popup" });
    let lit: number | string | undefined;
    const light = (id: number | string | undefined): void => {
      if (lit !== undefined) map.setFeatureState({ source: "areas", id: lit }, { lit: false });
      if (id !== undefined) map.setFeatureState({ source: "areas", id }, { lit: true });
      lit = id;
    };
    map.on("mousemove", "areas", (event: MapLayerMouseEvent) => {
      const area = event.features?.[0];
      if (!area) return;
      light(area.id);
      map.getCanvas().style.cursor = spec.place ? "crosshair" : "pointer";
      popup.setLngLat(event.lngLat).setText(this.words(String(area.properties["ref"]), area.properties["name"], spec)).addTo(map);
    });
    map.on("mouseleave", "areas", () => {
      light(undefined);
      map.getCanvas().style.cursor = "";
      popup.remove();
    });
    map.on("click", "areas", (event: MapLayerMouseEvent) => {
      const href = spec.hrefs?.[String(event.features?.[0]?.properties["ref"])];
      if (href) location.href = href;
    });
  }
}

if (!customElements.get("ts-map")) customElements.define("ts-map", TsMap);
