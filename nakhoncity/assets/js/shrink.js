// A picture made small on the phone: at most 1600 px, JPEG, without what the camera wrote into the file.

const LONGEST = 1600;
const QUALITY = 0.7;

async function read(file) {
  if (window.createImageBitmap) {
    try {
      return await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      // Old Safari knows no options: the image element turns pictures by itself.
    }
  }
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Return a small JPEG; the file itself where this phone cannot read it (the server can read more kinds). */
export async function shrink(file) {
  try {
    const picture = await read(file);
    const [width, height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
    const share = Math.min(1, LONGEST / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * share);
    canvas.height = Math.round(height * share);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close?.();
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return small && (share < 1 || small.size < file.size) ? small : file;
  } catch {
    return file;
  }
}
