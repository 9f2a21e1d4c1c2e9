// Words and figures in the language of the page.
const english = document.documentElement.lang.startsWith("en");
const ROMAN = ["I", "II", "III", "IV"];

export function say(vietnamese: string, inEnglish: string): string {
  return english ? inEnglish : vietnamese;
}

export function figure(value: number, decimals?: number): string {
  const places = decimals === undefined ? { maximumFractionDigits: 3 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(english ? "en-GB" : "vi-VN", places).format(value);
}

// "%" and "‰" stand close, words after a no-break space.
export function withUnit(value: number, unit = "", decimals?: number): string {
  const space = unit === "" || unit === "%" || unit === "‰" ? "" : "\u00a0";
  return figure(value, decimals) + space + unit;
}

// "2024-09" as "9/2024", "2024-Q3" as "III/2024", "2024-09-30" as "30/09", "2024" as it is.
export function periodShort(code: string): string {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(code);
  if (quarter) return `${ROMAN[Number(quarter[2]) - 1]}/${quarter[1]}`;
  const [year, month, day] = code.split("-");
  if (day && month) return `${day}/${month}`;
  return month ? `${Number(month)}/${year}` : code;
}

export function periodLong(code: string): string {
  const short = periodShort(code);
  if (/-Q/.test(code)) return `${say("quý", "quarter")} ${short}`;
  const parts = code.split("-").length;
  if (parts === 3) return `${say("ngày", "")} ${code.split("-").reverse().join("/")}`.trim();
  return parts === 2 ? `${say("tháng", "")} ${short}`.trim() : `${say("năm", "")} ${code}`.trim();
}

const STATUS: Record<string, [string, string]> = {
  official: ["chính thức", "official"],
  estimate: ["ước tính", "estimate"],
  preliminary: ["sơ bộ", "preliminary"],
};

export function statusWord(status: string): string {
  const words = STATUS[status];
  return words ? say(...words) : status;
}

// The JSON that an element carries in its <script type="application/json"> child.
export function specOf<T>(element: Element): T | null {
  const text = element.querySelector(':scope > script[type="application/json"]')?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

// A CSS colour as rgb(): chart libraries cannot read color-mix().
export function colour(property: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const written = getComputedStyle(probe).color;
  probe.remove();
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) return written;
  pen.fillStyle = written;
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}
