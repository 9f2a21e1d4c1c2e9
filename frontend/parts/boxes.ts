// <ts-boxes>: a picture on which rectangles are drawn; each fills the next row of four numbers in the form around it.
const LEAST = 2; // hundredths: less is a slip of the hand
export const SIDES = ["left", "top", "right", "bottom"];

class TsBoxes extends HTMLElement {
  connectedCallback(): void {
    let start: [number, number] | undefined;
    let drawn: HTMLElement | undefined;
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.addEventListener("pointerdown", (event) => {
      start = this.at(event);
      drawn = this.appendChild(document.createElement("span"));
      this.setPointerCapture(event.pointerId);
    });
    this.addEventListener("pointermove", (event) => {
      if (start && drawn) this.place(drawn, this.box(start, this.at(event)));
    });
    this.addEventListener("pointerup", (event) => {
      const box = start && this.box(start, this.at(event));
      start = undefined;
      if (!box || box[2] - box[0] < LEAST || box[3] - box[1] < LEAST || !this.fill(box)) drawn?.remove();
    });
  }

  private at(event: PointerEvent): [number, number] {
    const frame = this.getBoundingClientRect();
    const part = (far: number, whole: number): number => Math.round(Math.min(1, Math.max(0, far / whole)) * 100);
    return [part(event.clientX - frame.left, frame.width), part(event.clientY - frame.top, frame.height)];
  }

  private box(a: [number, number], b: [number, number]): [number, number, number, number] {
    return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  }

  private place(drawn: HTMLElement, [left, top, right, bottom]: number[]): void {
    drawn.style.inset = `${top}% ${100 - (right ?? 0)}% ${100 - (bottom ?? 0)}% ${left}%`;
  }

  private fill(box: number[]): boolean {
    const rows = [...(this.closest("form")?.querySelectorAll<HTMLElement>(".cover-row") ?? [])];
    const input = (row: HTMLElement, side: string): HTMLInputElement | null => row.querySelector(`input[name="${side}"]`);
    let row = rows.find((one) => SIDES.every((side) => !input(one, side)?.value));
    const last = rows.at(-1);
    if (!row && last) last.after((row = last.cloneNode(true) as HTMLElement));
    if (!row) return false;
    SIDES.forEach((side, place) => {
      const field = input(row, side);
      if (field) field.value = String(box[place]);
    });
    return true;
  }
}

if (!customElements.get("ts-boxes")) customElements.define("ts-boxes", TsBoxes);
