// Flex messages as a phone shows them: bubble, carousel, box, text, button, image, icon, separator.

const SPACES = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const SIZES = { xxs: "11px", xs: "12px", sm: "14px", md: "16px", lg: "18px", xl: "21px", xxl: "25px", "3xl": "30px", "4xl": "36px", "5xl": "44px" };
const IMAGES = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
const WIDTHS = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 500 };
const COLOUR = /^#[0-9a-f]{6}([0-9a-f]{2})?$/i;
const LENGTH = /^-?\d+(\.\d+)?(px|%)$/;

const space = (value) => SPACES[value] ?? (LENGTH.test(value ?? "") ? value : "");
const colour = (value) => (COLOUR.test(value ?? "") ? value : "");

/** An element with a class. */
export function make(tag, kind, words) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  if (words !== undefined) node.textContent = words;
  return node;
}

/** The contents of a Flex message; `tap` gets the action of what is pressed. */
export function drawFlex(contents, tap) {
  if (contents.type !== "carousel") return drawBubble(contents, tap);
  const row = make("div", "carousel");
  row.tabIndex = 0;
  row.append(...contents.contents.map((bubble) => drawBubble(bubble, tap)));
  return row;
}

function drawBubble(bubble, tap) {
  const node = make("div", "bubble");
  node.style.width = `${WIDTHS[bubble.size] ?? WIDTHS.mega}px`;
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!bubble[name]) continue;
    const part = draw(bubble[name], tap, "vertical");
    part.classList.add(`block-${name}`);
    const look = bubble.styles?.[name];
    if (colour(look?.backgroundColor)) part.style.backgroundColor = look.backgroundColor;
    if (look?.separator) part.classList.add("block-line");
    node.append(part);
  }
  return pressable(node, bubble.action, tap);
}

const KINDS = { box: drawBox, text: drawText, button: drawButton, image: drawImage, icon: drawIcon, separator: drawLine };

function draw(part, tap, layout) {
  const node = (KINDS[part.type] ?? (() => make("div", "flex-filler")))(part, tap);
  if (part.margin) node.style[layout === "vertical" ? "marginTop" : "marginLeft"] = space(part.margin);
  if (layout !== "vertical" && part.type !== "separator" && part.type !== "icon") {
    const share = part.flex ?? 1;
    node.style.flex = share === 0 ? "0 0 auto" : `${share} 1 0`;
    node.style.minWidth = "0";
  }
  if (part.type === "filler") node.style.flex = "1 1 0";
  return part.type === "button" ? node : pressable(node, part.action, tap);
}

function drawBox(box, tap) {
  const node = make("div", `flex-box flex-${box.layout}`);
  const style = node.style;
  if (box.spacing) style.gap = space(box.spacing);
  for (const [name, side] of [["paddingAll", ""], ["paddingTop", "Top"], ["paddingBottom", "Bottom"], ["paddingStart", "Left"], ["paddingEnd", "Right"]]) {
    if (box[name]) style[`padding${side}`] = space(box[name]);
  }
  style.backgroundColor = colour(box.backgroundColor);
  if (box.borderColor || box.borderWidth) style.border = `${space(box.borderWidth) || "1px"} solid ${colour(box.borderColor) || "#ccc"}`;
  if (box.cornerRadius) style.borderRadius = space(box.cornerRadius);
  if (box.width) style.width = space(box.width);
  if (box.height) style.height = space(box.height);
  if (box.justifyContent) style.justifyContent = box.justifyContent;
  if (box.alignItems) style.alignItems = box.alignItems;
  node.append(...box.contents.map((part) => draw(part, tap, box.layout)));
  return node;
}

function drawText(text) {
  const node = make("p", "flex-text");
  if (Array.isArray(text.contents)) {
    node.append(...text.contents.map((span) => dress(make("span", "", span.text), span)));
  } else {
    node.textContent = text.text;
  }
  if (!text.wrap) node.classList.add("one-line");
  if (text.align) node.style.textAlign = text.align;
  if (text.maxLines && text.wrap) {
    node.classList.add("some-lines");
    node.style.webkitLineClamp = text.maxLines;
  }
  return dress(node, text);
}

function dress(node, look) {
  const style = node.style;
  style.color = colour(look.color);
  if (look.size) style.fontSize = SIZES[look.size] ?? space(look.size);
  if (look.weight === "bold") style.fontWeight = "700";
  if (look.style === "italic") style.fontStyle = "italic";
  if (look.decoration && look.decoration !== "none") style.textDecoration = look.decoration;
  return node;
}

function drawButton(button, tap) {
  const node = make("button", `flex-button ${button.style ?? "link"}`, button.action.label);
  node.type = "button";
  if (button.height === "sm") node.classList.add("low");
  if (colour(button.color)) node.style[(button.style ?? "link") === "link" ? "color" : "backgroundColor"] = button.color;
  node.addEventListener("click", () => tap(button.action));
  return node;
}

function drawImage(image) {
  const frame = make("div", "flex-image");
  const [width, height] = (image.aspectRatio ?? "1:1").split(":").map(Number);
  frame.style.width = IMAGES[image.size] ?? IMAGES.md;
  if (width > 0 && height > 0) frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.backgroundColor = colour(image.backgroundColor);
  const picture = make("img");
  picture.src = image.url;
  picture.alt = "";
  picture.loading = "lazy";
  picture.style.objectFit = image.aspectMode === "cover" ? "cover" : "contain";
  frame.append(picture);
  return frame;
}

function drawIcon(icon) {
  const node = make("img", "flex-icon");
  node.src = icon.url;
  node.alt = "";
  return node;
}

function drawLine(line) {
  const node = make("div", "flex-line");
  if (colour(line.color)) node.style.backgroundColor = line.color;
  return node;
}

function pressable(node, action, tap) {
  if (!action) return node;
  node.classList.add("pressable");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  if (action.label) node.setAttribute("aria-label", action.label);
  node.addEventListener("click", () => tap(action));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === node) tap(action);
  });
  return node;
}
