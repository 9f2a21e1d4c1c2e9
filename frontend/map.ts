// <ts-map>: the large class map with zoom. Its child figure (drawn by the server) is replaced once this one can draw.
// JSON child: {areas: address or FeatureCollection (properties.ref, .name), values: {ref: number}, hrefs: {ref: address},
// uppers: [upper bound of each class], unit, decimals, label}. No tiles: nothing is fetched from elsewhere.
import { Map as GlMap, NavigationControl, Popup, setWorkerUrl, type MapLayerMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { colour, say, specOf, withUnit } from "./parts/words.ts";

interface MapSpec {
  areas: string | Areas;
  values: Record<string, number | string | null>;
  hrefs?: Record<string, string>;
  uppers?: (number | string)[];
  unit?: string;
  decimals?: number;
  label?: string;
}

interface Area {
  type: "Feature";
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

interface Areas {
  type: "FeatureCollection";
  features: Area[];
}

setWorkerUrl(workerUrl);

const CLASSES = 7;

async function load(areas: string | Areas): Promise<Areas> {
  if (typeof areas !== "string") return areas;
  const answer = await fetch(areas);
  if (!answer.ok) throw new Error(`${areas}: ${answer.status}`);
  return (await answer.json()) as Areas;
}

const known = (value: number | string | null | undefined): value is number | string =>
  value !== null && value !== undefined && value !== "";

// Classes of nearly equal numbers of areas, unless the page gives the bounds (as the server's map does).
function bounds(spec: MapSpec): number[] {
  if (spec.uppers) return spec.uppers.map(Number);
  const sorted = Object.values(spec.values).filter(known).map(Number).sort((a, b) => a - b);
  const cuts = [1, 2, 3, 4, 5].map((i) => sorted[Math.round((sorted.length * i) / 5) - 1]);
  return [...new Set(cuts.filter((cut): cut is number => cut !== undefined))];
}

function shaded(areas: Areas, spec: MapSpec): Areas {
  const uppers = bounds(spec);
  const shade = (ref: string): number => {
    const value = spec.values[ref];
    if (!known(value)) return 0;
    const at = uppers.findIndex((upper) => Number(value) <= upper);
    return at < 0 ? uppers.length : at + 1;
  };
  const refOf = (area: Area): string => String(area.properties["ref"] ?? area.properties["code"] ?? "");
  const features = areas.features.map((area, id) => {
    const ref = refOf(area);
    return { ...area, id, properties: { ...area.properties, ref, shade: Math.min(CLASSES, shade(ref)) } };
  });
  return { ...areas, features };
}

function corners(areas: Areas): [[number, number], [number, number]] {
  const box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  const walk = (node: unknown): void => {
    if (!Array.isArray(node)) return;
    const [x, y] = node as unknown[];
    if (typeof x === "number" && typeof y === "number") {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    } else node.forEach(walk);
  };
  areas.features.forEach((area) => walk(area.geometry.coordinates));
  return [[box[0], box[1]], [box[2], box[3]]];
}

function shades(): (string | number | (string | string[])[])[] {
  const pairs = Array.from({ length: CLASSES }, (_, i) => [i + 1, colour(`--m${i + 1}`)]).flat();
  return ["match", ["get", "shade"], ...pairs, colour("--m0")] as (string | number | string[])[];
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
    const areas = shaded(await load(spec.areas), spec);
    const canvas = document.createElement("div");
    canvas.className = "map-canvas";
    this.prepend(canvas);
    try {
      this.map = this.draw(canvas, areas, spec);
    } catch {
      canvas.remove(); // no WebGL: the server's drawing stays
      return;
    }
    this.querySelector(":scope .map-svg")?.remove();
    this.answer(this.map, spec);
  }

  private draw(container: HTMLElement, areas: Areas, spec: MapSpec): GlMap {
    const fill = { "fill-color": shades(), "fill-opacity": ["case", ["boolean", ["feature-state", "lit"], false], 0.82, 1] };
    const map = new GlMap({
      container,
      bounds: corners(areas),
      fitBoundsOptions: { padding: 16 },
      attributionControl: false,
      dragRotate: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      style: {
        version: 8,
        sources: { areas: { type: "geojson", data: areas as never } },
        layers: [
          { id: "ground", type: "background", paint: { "background-color": colour("--paper") } },
          { id: "areas", type: "fill", source: "areas", paint: fill as never },
          { id: "edges", type: "line", source: "areas", paint: { "line-color": colour("--paper"), "line-width": 1.2 } },
          { id: "unknown", type: "line", source: "areas", filter: ["==", ["get", "shade"], 0], paint: { "line-color": colour("--line-strong"), "line-dasharray": [3, 3] } },
        ],
      },
    });
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.getCanvas().setAttribute("aria-label", spec.label ?? say("Bản đồ", "Map"));
    return map;
  }

  private answer(map: GlMap, spec: MapSpec): void {
    const popup = new Popup({ closeButton: false, closeOnClick: false, className: "map-popup" });
    let lit: number | string | undefined;
    const light = (on: boolean): void => {
      if (lit !== undefined) map.setFeatureState({ source: "areas", id: lit }, { lit: on });
    };
    map.on("mousemove", "areas", (event: MapLayerMouseEvent) => {
      const area = event.features?.[0];
      if (!area) return;
      light(false);
      lit = area.id;
      light(true);
      map.getCanvas().style.cursor = "pointer";
      const value = spec.values[String(area.properties["ref"])];
      const words = known(value) ? withUnit(Number(value), spec.unit, spec.decimals) : say("chưa có số liệu", "no figure");
      popup.setLngLat(event.lngLat).setText(`${String(area.properties["name"])}: ${words}`).addTo(map);
    });
    map.on("mouseleave", "areas", () => {
      light(false);
      lit = undefined;
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
