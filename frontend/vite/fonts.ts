// Cuts Be Vietnam Pro to what a Vietnamese page needs, "‰" included: about 11 KB a weight.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

export const FONT_DIR = resolve("node_modules/.cache/tinhso-fonts");

const WEIGHTS: Record<string, string> = { 400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold" };
const MARKS = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"];
const SIGNS = "đĐ\u00a0–—‘’“”…•·×÷±‰°²³₫€©§«»≤≥→←↑↓−½";

function letters(): string {
  const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
  const vowels = [..."aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"].flatMap((v) => MARKS.map((m) => (v + m).normalize("NFC")));
  return ascii + vowels.join("") + MARKS.join("") + SIGNS;
}

export async function cutFonts(): Promise<void> {
  const family = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/be-vietnam-pro/package.json"));
  await mkdir(FONT_DIR, { recursive: true });
  for (const [weight, style] of Object.entries(WEIGHTS)) {
    const whole = await readFile(join(family, `${weight}${style}`, `BeVietnamPro_${weight}${style}.ttf`));
    const cut = await subsetFont(whole, letters(), {
      targetFormat: "woff2",
      noHinting: true,
      noLayoutClosure: true,
      keepFeatures: ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum"],
    });
    await writeFile(join(FONT_DIR, `${weight}.woff2`), cut);
  }
}

// The serif of official documents goes whole beside the rest, under fixed names: the server sets PDF files with it.
export function documentFonts(): Plugin {
  return {
    name: "document-fonts",
    apply: "build",
    async generateBundle() {
      const family = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/tinos/package.json"));
      for (const style of ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"]) {
        const source = await readFile(join(family, style, `Tinos_${style}.ttf`));
        this.emitFile({ type: "asset", fileName: `documents/Tinos_${style}.ttf`, source });
      }
    },
  };
}
