// The map that can be zoomed is a megabyte of program beside a drawing that the server has already sent. So it comes when
// most of that drawing is seen; on a slow network, or where somebody saves data, only when it is touched or focused.
interface Network {
  saveData?: boolean;
  effectiveType?: string;
}

const SEEN = 0.75;

function spares(): boolean {
  const network = (navigator as Navigator & { connection?: Network }).connection;
  return Boolean(network?.saveData) || /2g|3g/.test(network?.effectiveType ?? "");
}

export function maps(drawn: Iterable<Element>): void {
  const load = (): void => void import("../map.ts");
  const seen = new IntersectionObserver((found) => {
    if (!found.some((one) => one.intersectionRatio >= SEEN)) return;
    seen.disconnect();
    load();
  }, { threshold: SEEN });
  for (const one of drawn) {
    for (const touch of ["pointerdown", "focusin", "wheel"]) one.addEventListener(touch, load, { once: true, passive: true });
    if (!spares()) seen.observe(one);
  }
}
