// The map with tiles, where the town has a tile server: Leaflet, loaded only then. The pin stays ours.

import { LatLngBounds, map as makeMap, polygon, tileLayer } from "leaflet";
import { make } from "../page.js";

const EQUATOR_M_PER_PX = 156543.034;

const metresPerPx = (lat, zoom) => (EQUATOR_M_PER_PX * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
const zoomFor = (lat, scale) => Math.round(Math.log2(EQUATOR_M_PER_PX * Math.cos((lat * Math.PI) / 180) * scale));

function loadStyle(address) {
  return new Promise((resolve, reject) => {
    document.head.append(make("link", { rel: "stylesheet", href: address, onload: resolve, onerror: reject }));
  });
}

/** Show tiles in `box`. `onMove(place, scale)` follows people's moves; `onFailure()` says that no tile came. */
export async function showTiles({ box, data, style, place, scale, onMove, onFailure }) {
  await loadStyle(style);
  const map = makeMap(box, { zoomControl: false, keyboard: false, attributionControl: true });
  map.attributionControl.setPrefix(false);
  map.setView(place, zoomFor(place[0], scale));
  const layer = tileLayer(data.tiles, { maxZoom: 19, attribution: data.attribution ?? "© OpenStreetMap" }).addTo(map);
  if (data.boundary.length) {
    polygon([new LatLngBounds([-85, -180], [85, 180]), data.boundary].map((ring) => (Array.isArray(ring) ? ring : corners(ring))), {
      className: "tiles__outside",
      interactive: false,
    }).addTo(map);
  }
  let came = 0;
  layer.on("tileload", () => came++);
  layer.on("tileerror", () => came === 0 && onFailure());
  let isOurs = true;
  map.on("move", () => {
    if (isOurs) return;
    const { lat, lng } = map.getCenter();
    onMove([lat, lng], 1 / metresPerPx(lat, map.getZoom()));
  });
  isOurs = false;
  return {
    show(next) {
      isOurs = true;
      map.setView(next.place, zoomFor(next.place[0], next.scale), { animate: false });
      isOurs = false;
    },
    remove: () => map.remove(),
  };
}

const corners = (bounds) => [bounds.getSouthWest(), bounds.getNorthWest(), bounds.getNorthEast(), bounds.getSouthEast()];
