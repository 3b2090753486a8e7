// The map with tiles, when the town names a tile server; loaded only then. Same contract as plainmap.js.

// Leaflet as modules: only what is used, and no helper that would become a request of its own.
import { map as newMap, polygon, tileLayer } from "leaflet/dist/leaflet-src.esm.js";

function loadStyle() {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("leaflet.css", import.meta.url).href;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

/**
 * Return the map. `pin` is what stands in its middle, `plane` comes from geometry.js: handed in, so that this file
 * shares no part with map.js and stays one request. `onDead` is called when the very first tiles do not come.
 */
export async function tiledMap({ data, label, pin, plane, onDead }) {
  await loadStyle();
  const element = document.createElement("div");
  element.className = "map__tiles";
  const listeners = [];
  let [map, accuracy, isOurs, hasTile] = [null, 0, false, false];

  function start() {
    map = newMap(element, { center: data.centre, zoom: 16, zoomControl: false, keyboard: false, attributionControl: Boolean(data.attribution) });
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
    const tiles = tileLayer(data.tiles, { maxZoom: 19, attribution: data.attribution ?? "" }).addTo(map);
    tiles.on("tileload", () => (hasTile = true));
    tiles.on("tileerror", () => !hasTile && onDead());
    if (data.boundary?.length) polygon(data.boundary, { color: "#07545e", weight: 2, fill: false, interactive: false }).addTo(map);
    map.on("movestart", () => !isOurs && (accuracy = 0));
    map.on("moveend", () => {
      if (!isOurs) listeners.forEach((listener) => listener(place(), accuracy));
      isOurs = false;
    });
    element.append(pin);
  }

  function place() {
    const { lat, lng } = map.getCenter();
    return [lat, lng];
  }

  function moveTo(target, metres = 0, isQuiet = false) {
    accuracy = metres;
    isOurs = true;
    map.setView(target, metres ? 17 : map.getZoom(), { animate: false });
    isOurs = false;
    if (!isQuiet) listeners.forEach((listener) => listener(target, accuracy));
  }

  return {
    element,
    start,
    place,
    moveTo,
    pan(east, north) {
      const { toPlace } = plane(place());
      moveTo(toPlace([east, north]));
    },
    zoom: (step) => map.setZoom(map.getZoom() + step),
    onMove: (listener) => listeners.push(listener),
    nearest: () => undefined,
  };
}
