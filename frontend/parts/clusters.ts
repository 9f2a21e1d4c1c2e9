// What lies in the view of a map, asked anew whenever it moves: counts from afar, single things from close by. A mark is a
// link (to the thing) or a button (that goes closer), so that both work from the keyboard.
import { Marker, type Map as GlMap } from "maplibre-gl";
import { figure, say } from "./words.ts";

interface Found {
  features: {
    geometry: { coordinates: [number, number] };
    properties: { count: number; open: number; name?: string; href?: string };
  }[];
}

const CLOSER = 1.6;
const WIDEST = 58; // pixels of the largest mark

function short(count: number): string {
  if (count < 1000) return String(count);
  return count < 1e6 ? `${Math.round(count / 1000)}k` : `${Math.round(count / 1e6)}M`;
}

function mark(map: GlMap, one: Found["features"][number], most: number): Marker {
  const { count, open, name, href } = one.properties;
  const element = document.createElement(href ? "a" : "button");
  const size = href ? 22 : 26 + (WIDEST - 26) * Math.sqrt(count / most);
  element.className = open ? "bubble-mark bubble-open" : "bubble-mark";
  element.style.width = element.style.height = `${size}px`;
  element.textContent = href ? "" : short(count);
  const words = name ?? say(`${figure(count)} phản ánh, ${figure(open)} chưa xong`, `${figure(count)} reports, ${figure(open)} open`);
  element.setAttribute("aria-label", words);
  element.title = words;
  const at = one.geometry.coordinates;
  if (element instanceof HTMLAnchorElement && href) element.href = href;
  else element.addEventListener("click", () => map.easeTo({ center: at, zoom: map.getZoom() + CLOSER }));
  return new Marker({ element }).setLngLat(at);
}

export function clusters(map: GlMap, address: string): void {
  let marks: Marker[] = [];
  let latest = 0;
  const show = async (): Promise<void> => {
    const turn = ++latest;
    const view = map.getBounds();
    const asked = new URL(address, location.href);
    asked.searchParams.set("bbox", [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((degrees) => degrees.toFixed(4)).join(","));
    asked.searchParams.set("across", String(Math.max(3, Math.round(map.getContainer().clientWidth / WIDEST))));
    asked.searchParams.set("zoom", map.getZoom().toFixed(1));
    const answer = await fetch(asked).catch(() => null);
    if (!answer?.ok || turn !== latest) return; // what is there stays
    const { features } = (await answer.json()) as Found;
    for (const old of marks) old.remove();
    const most = Math.max(1, ...features.map((one) => one.properties.count));
    marks = features.map((one) => mark(map, one, most).addTo(map));
  };
  map.on("moveend", () => void show());
  void show();
}
