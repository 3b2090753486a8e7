// Where the phone says it is, and honest words when it does not.

const PATIENCE_MS = 10000;

const FAILURES = {
  1: "ยังไม่ได้อนุญาตให้ใช้ตำแหน่ง กรุณาเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต",
  2: "โทรศัพท์หาตำแหน่งไม่พบ กรุณาเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต",
  3: "รอตำแหน่งนานเกินไป กดอีกครั้งเมื่ออยู่ที่โล่ง หรือเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา",
};
const UNKNOWN = "ใช้ตำแหน่งจากโทรศัพท์เครื่องนี้ไม่ได้ กรุณาเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต";

/** Ask once. Resolves to {place, accuracy}; rejects with an Error whose message is for the reader. */
export function askPosition() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error(UNKNOWN));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ place: [coords.latitude, coords.longitude], accuracy: Math.round(coords.accuracy) }),
      ({ code }) => reject(new Error(FAILURES[code] ?? UNKNOWN)),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30000 },
    );
  });
}
