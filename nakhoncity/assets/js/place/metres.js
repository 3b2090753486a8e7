// Degrees and metres, near enough within one town.

const LAT_M = 110574;
const LON_M = 111320;

/** Metres east and north of `from`. */
export function metresFrom(from, [lat, lon]) {
  return [(lon - from[1]) * LON_M * Math.cos((from[0] * Math.PI) / 180), (lat - from[0]) * LAT_M];
}

/** The place so many metres east and north of `from`. */
export function placeFrom(from, east, north) {
  return [from[0] + north / LAT_M, from[1] + east / (LON_M * Math.cos((from[0] * Math.PI) / 180))];
}

export const distance = (one, other) => Math.hypot(...metresFrom(one, other));

/** Is a place inside a polygon? An empty polygon holds everything. */
export function inside([lat, lon], polygon) {
  let isIn = polygon.length === 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [lat1, lon1] = polygon[i];
    const [lat2, lon2] = polygon[j];
    if (lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) isIn = !isIn;
  }
  return isIn;
}

/** "40 เมตร", "1.2 กม." */
export function distanceWords(metres) {
  if (metres < 950) return `${Math.max(10, Math.round(metres / 10) * 10)} เมตร`;
  return `${(metres / 1000).toFixed(1)} กม.`;
}
