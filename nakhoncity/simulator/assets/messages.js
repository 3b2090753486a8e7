// One message of the chat as an element.
import { drawFlex, make } from "/assets/flex.js";

const ADDRESS = /(https?:\/\/[^\s]+)/;

/** A row of the log. `tap` gets actions, `key` says whose chat it is. */
export function drawMessage(row, key, tap) {
  const item = make("li", `line ${row.sender}`);
  item.dataset.id = row.id;
  if (row.sender === "note") {
    item.append(make("p", "event", row.message.text));
    return item;
  }
  const body = drawBody(row, key, tap);
  const time = make("time", "stamp", row.time);
  time.dateTime = new Date(row.at).toISOString();
  if (body.classList.contains("carousel")) item.classList.add("wide");
  item.append(body, time);
  return item;
}

/** A line between two days. */
export function drawDay(day) {
  const item = make("li", "line note");
  item.append(make("p", "day", day));
  return item;
}

function drawBody(row, key, tap) {
  const message = row.message;
  if (message.type === "text" || message.type === "textV2") return drawWords(message.text, tap);
  if (message.type === "flex") return drawFlex(message.contents, tap);
  if (message.type === "image") return drawPhoto(row, key);
  if (message.type === "location") return drawPlace(message);
  if (message.type === "sticker") return make("p", "said sticker", "สติกเกอร์");
  return make("p", "said", message.altText || `ข้อความชนิด ${message.type}`);
}

function drawWords(text, tap) {
  const node = make("p", "said");
  for (const part of text.split(ADDRESS)) {
    if (!ADDRESS.test(part)) {
      node.append(part);
      continue;
    }
    const link = make("a", "", part);
    link.href = part;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      tap({ type: "uri", uri: part });
    });
    node.append(link);
  }
  return node;
}

function drawPhoto(row, key) {
  const picture = make("img", "photo");
  picture.alt = "รูปภาพ";
  picture.src = row.sender === "person" ? `/simulator/api/chats/${key}/photos/${row.message_id}` : row.message.previewImageUrl;
  return picture;
}

function drawPlace(place) {
  const node = make("div", "said place");
  const map = make("div", "place-map");
  map.setAttribute("aria-hidden", "true");
  map.append(make("span", "place-pin"));
  node.append(map, make("strong", "", place.title || "ตำแหน่งที่ตั้ง"));
  if (place.address) node.append(make("span", "", place.address));
  node.append(make("span", "quiet", `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`));
  return node;
}
