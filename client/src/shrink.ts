/** Photos made small before they travel: a phone's are four times what anybody will see. */

const LONGEST = 2048;
const LARGE = 1.5 * 1024 * 1024;
const QUALITY = 0.82;
const PREVIEW = 320;

export interface Prepared {
  /** What to send. */
  blob: Blob;
  name: string;
  /** A small picture to look at meanwhile; null where the browser cannot read this kind. */
  preview: HTMLCanvasElement | null;
}

/** Scale a photo down if it is large; what this browser cannot decode stays as it is. */
export async function prepare(file: Blob, name: string): Promise<Prepared> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // HEIC outside Safari, or no picture at all: the server knows what to do with either.
    return { blob: file, name, preview: null };
  }
  try {
    const preview = draw(bitmap, PREVIEW);
    const isLong = Math.max(bitmap.width, bitmap.height) > LONGEST;
    if (!isLong && file.size <= LARGE) return { blob: file, name, preview };
    const small = await jpeg(draw(bitmap, LONGEST));
    if (!small || small.size >= file.size) return { blob: file, name, preview };
    return { blob: small, name: name.replace(/\.\w+$/, "") + ".jpg", preview };
  } finally {
    bitmap.close();
  }
}

function draw(bitmap: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (context) {
    context.imageSmoothingQuality = "high";
    // JPEG has no transparency; on black, a primed miniature would not be seen.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  return canvas;
}

/** Not WebP: Safari would give a PNG without saying so. */
function jpeg(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
