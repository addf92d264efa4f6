/** One upload, with its progress: `fetch` tells nothing of that. */

import type { Photo } from "./wargame_mentorship.js";

export class UploadError extends Error {
  constructor(
    /** What the server said, in the reader's language; empty if it said nothing of use. */
    message: string,
    /** The HTTP status, 0 if no answer came. */
    readonly status: number,
  ) {
    super(message);
  }
}

export interface Upload {
  url: string;
  blob: Blob;
  name: string;
  altText: string;
  csrfToken: string;
  signal: AbortSignal;
  onProgress(share: number): void;
}

/** Raises: UploadError: refused, or no answer; DOMException: aborted. */
export function upload(what: Upload): Promise<Photo> {
  const body = new FormData();
  // In the body too: a host may have given the header another name.
  body.set("csrfmiddlewaretoken", what.csrfToken);
  body.set("alt_text", what.altText);
  body.set("file", what.blob, what.name);
  const request = new XMLHttpRequest();
  return new Promise<Photo>((resolve, reject) => {
    what.signal.addEventListener("abort", () => request.abort());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) what.onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const answer: unknown = request.response;
      if (request.status === 201 && isPhoto(answer)) resolve(answer);
      else reject(new UploadError(messageOf(answer), request.status));
    });
    request.addEventListener("error", () => reject(new UploadError("", 0)));
    request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    request.open("POST", what.url);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", what.csrfToken);
    request.send(body);
  });
}

function isPhoto(answer: unknown): answer is Photo {
  return typeof answer === "object" && answer !== null && "id" in answer;
}

/** The words of an error as our endpoints and REST framework shape it. */
function messageOf(answer: unknown): string {
  const { detail, fields } = (answer ?? {}) as {
    detail?: unknown;
    fields?: Record<string, { message?: unknown }[]>;
  };
  const first = Object.values(fields ?? {})[0]?.[0]?.message;
  const said = first ?? detail;
  return typeof said === "string" ? said : "";
}
