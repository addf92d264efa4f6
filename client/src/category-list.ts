/** `<wm-forum-category-list>`: the forums; a host's script may choose one in its own way. */

import { emit } from "./dom.js";
import { FragmentElement } from "./fragment.js";
import type { ForumCategoryListElement, ForumCategorySummary } from "./wargame_mentorship.js";

export class ForumCategoryList extends FragmentElement implements ForumCategoryListElement {
  get categories(): ForumCategorySummary[] {
    return Array.from(this.#links, summaryOf);
  }

  get #links(): NodeListOf<HTMLAnchorElement> {
    return this.querySelectorAll<HTMLAnchorElement>("[data-wm=select]");
  }

  protected override enhance(): void {
    for (const link of this.#links) {
      link.addEventListener("click", (event) => {
        if (!emit(this, "wm:select-category", summaryOf(link))) event.preventDefault();
      });
    }
  }
}

function summaryOf(link: HTMLAnchorElement): ForumCategorySummary {
  const row = link.closest("li");
  return {
    id: row?.dataset["id"] ?? "",
    slug: row?.dataset["slug"] ?? "",
    name: link.textContent?.trim() ?? "",
    url: link.href,
  };
}
