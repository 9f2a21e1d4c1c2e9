import { resolve } from "node:path";
import { defineConfig } from "vite";
import { cutFonts, FONT_DIR } from "./frontend/vite/fonts.ts";

const entry = (name: string): string => resolve(import.meta.dirname ?? ".", "frontend", name);

export default defineConfig(async () => {
  await cutFonts();
  return {
    base: "/static/dist/",
    resolve: { alias: { "@fonts": FONT_DIR } },
    build: {
      outDir: "tinhso/ui/static/dist",
      emptyOutDir: true,
      manifest: true,
      modulePreload: false,
      assetsInlineLimit: 0,
      target: "es2022",
      chunkSizeWarningLimit: 1500,
      reportCompressedSize: false,
      rollupOptions: { input: [entry("app.ts"), entry("charts.ts"), entry("map.ts"), entry("wall.css")] },
    },
  };
});
