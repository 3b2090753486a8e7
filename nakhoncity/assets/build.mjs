// Builds styles, fonts, icons and script into built/app/. `--watch` keeps building while you edit.
import { readFileSync, readdirSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "built", "app");
const isWatching = process.argv.includes("--watch");

const common = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  target: ["chrome80", "safari14.1", "firefox80"],
  entryNames: "[name]",
  // Stable names: collectstatic hashes them, in the pages as well as inside the styles.
  assetNames: "[name]",
  chunkNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".png": "dataurl" },
};

const builds = [
  { ...common, entryPoints: ["resident", "public", "staff", "noscript", "administration"].map((name) => `css/${name}.css`) },
  // One request for each script: nothing is split off but what a page asks for later (the tiled map).
  ...["resident", "staff"].map((name) => ({ ...common, format: "esm", entryPoints: [`js/${name}.js`] })),
  { ...common, format: "esm", splitting: true, entryPoints: ["js/map.js"] },
  { ...common, entryPoints: [{ in: "leaflet/dist/leaflet.css", out: "leaflet" }] },
];

function buildSprite() {
  const folder = join(here, "icons");
  const symbols = readdirSync(folder)
    .filter((name) => name.endsWith(".svg"))
    .sort()
    .map((name) => {
      const drawing = readFileSync(join(folder, name), "utf8").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
      return `<symbol id="i-${name.slice(0, -4)}" viewBox="0 0 24 24">${drawing}</symbol>`;
    });
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

// The mark of the window and of bookmarks; the same drawing stands in components/brand.html.
function copyMark() {
  for (const mark of ["mark-stupa.svg", "mark-canal.svg"]) writeFileSync(join(out, mark), readFileSync(join(here, mark)));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
buildSprite();
copyMark();
if (isWatching) {
  for (const build of builds) await (await esbuild.context(build)).watch();
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
