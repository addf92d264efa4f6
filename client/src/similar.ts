/**
 * `<wm-similar>`: questions like the one whose title is being typed, most of them solved.
 *
 * The server sends them as markup. Who only listens hears that there are some, once.
 */

import { announce, isReady, later, word } from "./dom.js";
import type { SimilarElement } from "./wargame_mentorship.js";

const ASKED_AFTER = 400;
const SHORTEST = 8;

export class Similar extends HTMLElement implements SimilarElement {
  #field: HTMLInputElement | null = null;
  #asking: AbortController | undefined;
  #asked = "";
  readonly #soon = later(ASKED_AFTER, () => void this.#ask());

  connectedCallback(): void {
    if (!isReady()) return;
    // Read out whole after every pause it would be a nuisance; that there are some is announced.
    this.removeAttribute("aria-live");
    const name = this.dataset["field"] ?? "title";
    this.#field = this.closest("form")?.querySelector(`[name="${name}"]`) ?? null;
    this.#field?.addEventListener("input", this.#soon);
  }

  disconnectedCallback(): void {
    this.#field?.removeEventListener("input", this.#soon);
    this.#soon.stop();
    this.#asking?.abort();
  }

  /** Where to ask; the form around says it too. */
  get #url(): string {
    const around = this.closest<HTMLElement>("[data-similar-url]");
    return this.dataset["url"] ?? around?.dataset["similarUrl"] ?? "";
  }

  async #ask(): Promise<void> {
    const title = this.#field?.value.trim() ?? "";
    if (title === this.#asked || !this.#url) return;
    this.#asked = title;
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    if (title.length < SHORTEST) {
      this.replaceChildren();
      return;
    }
    try {
      const url = new URL(this.#url, document.baseURI);
      url.searchParams.set("title", title);
      const answer = await fetch(url, { credentials: "same-origin", signal });
      const html = answer.ok ? (await answer.text()).trim() : "";
      const had = this.childElementCount > 0;
      this.innerHTML = html;
      if (html && !had) announce(word("similar_found"));
    } catch {
      // Aborted, or nobody answers: asking goes on without.
    }
  }
}
