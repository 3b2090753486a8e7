// Places in metres around a centre: exact enough for a town, and simple enough for a phone.

const LAT_M = 110574;
const LON_M = 111320;

/** Return functions between [lat, lon] and metres east and north of a centre. */
export function plane([lat0, lon0]) {
  const lonM = LON_M * Math.cos((lat0 * Math.PI) / 180);
  return {
    toMetres: ([lat, lon]) => [(lon - lon0) * lonM, (lat - lat0) * LAT_M],
    toPlace: ([x, y]) => [lat0 + y / LAT_M, lon0 + x / lonM],
  };
}

/** Whether a point lies in a polygon, both in metres. */
export function isInside([x, y], corners) {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [corners[i], corners[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
