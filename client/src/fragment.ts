/** An element that may fetch its own markup: `<wm-… src="/community/fragments/…">`. */

import { emit } from "./dom.js";

export abstract class FragmentElement extends HTMLElement {
  static readonly observedAttributes = ["src"];

  #loading: AbortController | undefined;
  #isEnhanced = false;

  get src(): string {
    return this.getAttribute("src") ?? "";
  }

  set src(value: string) {
    this.setAttribute("src", value);
  }

  /** Make more of the markup inside; called once for each markup. */
  protected abstract enhance(): void;

  connectedCallback(): void {
    if (this.src && !this.#isEnhanced) void this.#load();
    else this.#enhanceOnce();
  }

  attributeChangedCallback(_name: string, before: string | null): void {
    if (this.isConnected && before !== null) void this.#load();
  }

  #enhanceOnce(): void {
    if (this.#isEnhanced) return;
    this.#isEnhanced = true;
    this.enhance();
  }

  async #load(): Promise<void> {
    this.#loading?.abort();
    const { signal } = (this.#loading = new AbortController());
    try {
      const url = new URL(this.src, document.baseURI);
      // Markup from elsewhere would act in this site's name.
      if (url.origin !== location.origin) throw new Error(`${url.href} is not of this site.`);
      const answer = await fetch(url, { credentials: "same-origin", signal });
      if (!answer.ok) throw new Error(`${url.pathname} answers ${answer.status}.`);
      this.#take(await answer.text());
      this.#isEnhanced = false;
      this.#enhanceOnce();
      emit(this, "wm:load", { src: this.src });
    } catch (error) {
      if (!signal.aborted) emit(this, "wm:error", { src: this.src, error });
    }
  }

  /** The fragment holds this same element: its attributes and its inside become ours. */
  #take(html: string): void {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const same = holder.content.querySelector(this.localName);
    for (const { name, value } of same?.attributes ?? []) {
      if (!this.hasAttribute(name)) this.setAttribute(name, value);
    }
    same?.replaceWith(...same.childNodes);
    this.replaceChildren(document.importNode(holder.content, true));
  }
}
