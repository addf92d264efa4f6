/** `<wm-tags>`: tags that others have used, for the field of tags above; a press adds one. */

import { isReady, later } from "./dom.js";
import type { TagsElement } from "./wargame_mentorship.js";

const ASKED_AFTER = 250;

export class Tags extends HTMLElement implements TagsElement {
  #field: HTMLInputElement | null = null;
  #asking: AbortController | undefined;
  readonly #soon = later(ASKED_AFTER, () => void this.#ask());

  connectedCallback(): void {
    if (!isReady()) return;
    this.#field = this.closest("form")?.querySelector("[name=tags]") ?? null;
    this.#field?.addEventListener("input", this.#soon);
    this.addEventListener("click", this.#onClick);
    this.classList.add("wm-on");
  }

  disconnectedCallback(): void {
    this.#field?.removeEventListener("input", this.#soon);
    this.removeEventListener("click", this.#onClick);
    this.#soon.stop();
    this.#asking?.abort();
  }

  /** What is typed before the last comma, and after it. */
  get #parts(): [string[], string] {
    const parts = (this.#field?.value ?? "").split(",").map((part) => part.trim());
    const last = parts.pop() ?? "";
    return [parts.filter(Boolean), last];
  }

  readonly #onClick = (event: Event): void => {
    const tag = event.target instanceof HTMLElement ? event.target.dataset["tag"] : undefined;
    if (!tag || !this.#field) return;
    const [kept, last] = this.#parts;
    // The beginning of the tag that was pressed is not a tag of its own.
    const typed = last && !tag.startsWith(last.toLowerCase()) ? [...kept, last] : kept;
    this.#field.value = `${[...new Set([...typed, tag])].join(", ")}, `;
    this.#field.focus();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  async #ask(): Promise<void> {
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    try {
      const url = new URL(this.dataset["url"] ?? "", document.baseURI);
      url.searchParams.set("text", this.#parts[1]);
      const answer = await fetch(url, { credentials: "same-origin", signal });
      if (answer.ok) this.innerHTML = await answer.text();
    } catch {
      // Aborted, or nobody answers: one types on without.
    }
  }
}
