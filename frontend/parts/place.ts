// Saying where something lies: a pin on the map of the communes, set by a click, dragged, or moved by arrow keys. It writes
// the form's longitude and latitude; whoever writes them otherwise (the phone's own place) says "tinhso:placed".
import { Marker, type Map as GlMap } from "maplibre-gl";

type Point = [number, number];

interface Area {
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

const STEP = 8, FAR = 48; // pixels of an arrow's move, and with Shift
const ARROWS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NAMED = 10.2; // zoom from which communes are named
const CLOSE = 14; // zoom to which one's own place is shown

function inRing([x, y]: Point, ring: Point[]): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] as Point, [bx, by] = ring[j] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function nameAt(place: Point, areas: Area[]): string | undefined {
  const holds = ({ geometry }: Area): boolean => {
    const parts = (geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates]) as Point[][][];
    return parts.some((rings) => rings.filter((ring) => inRing(place, ring)).length % 2 === 1);
  };
  return areas.find(holds)?.properties["name"] as string | undefined;
}

function cornersOf(area: Area): [Point, Point] {
  const points = (area.geometry.coordinates as unknown[]).flat(area.geometry.type === "MultiPolygon" ? 2 : 1) as Point[];
  const xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
  return [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]];
}

export function place(map: GlMap, areas: Area[], frame: HTMLElement): void {
  const form = frame.closest("form"), words = frame.dataset;
  if (!form) return;
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  const said = form.querySelector<HTMLElement>("[data-placed]");
  const element = document.createElement("button");
  element.type = "button";
  element.className = "place-pin";
  element.setAttribute("aria-label", words["pin"] ?? "");
  const pin = new Marker({ element, draggable: true, anchor: "bottom" });

  const told = (): Point | null => {
    const [x, y] = [field("longitude").value, field("latitude").value].map((text) => Number(text.replace(",", ".") || NaN)) as [number, number];
    return Number.isFinite(x) && Math.abs(y) <= 85 ? [x, y] : null;
  };
  const show = (at: Point): void => {
    pin.setLngLat(at).addTo(map);
    const name = nameAt(at, areas);
    if (said) said.textContent = name === undefined ? (words["out"] ?? "") : `${words["here"] ?? ""} ${name} (${at[1].toFixed(5)}; ${at[0].toFixed(5)})`;
    said?.classList.toggle("late", name === undefined);
  };
  const put = (at: Point): void => {
    field("longitude").value = at[0].toFixed(6);
    field("latitude").value = at[1].toFixed(6);
    show(at);
  };
  const seen = (): void => {
    const at = told();
    if (!at) return;
    show(at);
    map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), CLOSE) });
  };

  // Letters without a font from elsewhere: names are marks, and hidden from afar, where they would lie over each other.
  for (const area of areas) {
    const name = document.createElement("span"), [[west, south], [east, north]] = cornersOf(area);
    name.className = "place-name";
    name.setAttribute("aria-hidden", "true");
    name.textContent = String(area.properties["name"] ?? "");
    new Marker({ element: name }).setLngLat([(west + east) / 2, (south + north) / 2]).addTo(map);
  }
  const far = (): void => void map.getContainer().classList.toggle("place-far", map.getZoom() < NAMED);
  map.on("zoom", far);
  far();
  map.on("click", (event) => {
    put(event.lngLat.toArray());
    element.focus({ preventScroll: true });
  });
  pin.on("dragend", () => put(pin.getLngLat().toArray()));
  element.addEventListener("click", (event) => event.stopPropagation());
  element.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    const by = event.shiftKey ? FAR : STEP, dot = map.project(pin.getLngLat());
    put(map.unproject([dot.x + way[0] * by, dot.y + way[1] * by]).toArray());
    if (!map.getBounds().contains(pin.getLngLat())) map.panTo(pin.getLngLat());
  });
  form.addEventListener("tinhso:placed", seen);
  const chosen = form.elements.namedItem("commune");
  if (chosen instanceof HTMLSelectElement) {
    const look = (): void => {
      const area = areas.find((one) => one.properties["ref"] === chosen.value);
      if (area && !told()) map.fitBounds(cornersOf(area), { padding: 16 });
    };
    chosen.addEventListener("change", look);
    look();
  }
  const keyboard = frame.querySelector<HTMLButtonElement>("[data-place-middle]");
  if (keyboard) keyboard.disabled = false; // it had no map to put a pin on until now
  keyboard?.addEventListener("click", () => {
    put(told() ?? map.getCenter().toArray());
    element.focus();
  });
  seen();
}
