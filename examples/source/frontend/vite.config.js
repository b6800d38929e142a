import { defineConfig } from "vite";

export default defineConfig({
  // The gateway's content security policy allows no inline code and no data: URLs.
  build: { outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false },
});
