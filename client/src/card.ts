/** `<wm-help-request-card>`: a request in a list; its link and its button can be answered to. */

import { emit } from "./dom.js";
import { FragmentElement } from "./fragment.js";
import type { HelpRequestCardElement, HelpRequestSummary } from "./wargame_mentorship.js";

export class HelpRequestCard extends FragmentElement implements HelpRequestCardElement {
  get summary(): HelpRequestSummary {
    const title = this.querySelector<HTMLAnchorElement>(".wm-card-title a");
    return {
      id: this.dataset["id"] ?? "",
      title: title?.textContent?.trim() ?? "",
      status: (this.dataset["status"] ?? "open") as HelpRequestSummary["status"],
      url: title?.href ?? "",
    };
  }

  protected override enhance(): void {
    this.querySelector("[data-wm=respond]")?.addEventListener("click", (event) =>
      this.#ask("wm:respond", event),
    );
    this.querySelector("[data-wm=assign]")?.addEventListener("submit", (event) =>
      this.#ask("wm:assign", event),
    );
  }

  #ask(name: "wm:respond" | "wm:assign", event: Event): void {
    if (!emit(this, name, this.summary)) event.preventDefault();
  }
}
