import { resolve } from "node:path";
import { defineConfig } from "vite";
import { cutFonts, documentFonts, FONT_DIR } from "./frontend/vite/fonts.ts";

const entry = (name: string): string => resolve(import.meta.dirname ?? ".", "frontend", name);

export default defineConfig(async () => {
  await cutFonts();
  return {
    base: "/static/dist/",
    plugins: [documentFonts()],
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
      rollupOptions: {
        input: [entry("app.ts"), entry("sw.ts"), entry("phone.css"), entry("charts.ts"), entry("map.ts"), entry("bpmn.ts"), entry("wall.css")],
        // The service worker keeps its name: browsers look it up at one address, /sw.js.
        output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
      },
    },
  };
});
