/** `<wm-help-request-form>`: the form for a question, its draft, and hosts that send it themselves. */

import { emit, part, word } from "./dom.js";
import { DraftForm } from "./draft.js";
import { PhotoPicker } from "./picker.js";
import type { ApiError, HelpRequestData, HelpRequestFormElement } from "./wargame_mentorship.js";

type Difficulty = NonNullable<HelpRequestData["difficulty_level"]> | null;

/** Fields of the API that have another name in the form. */
const NAMES: Record<string, string> = { is_public: "is_private" };

export class HelpRequestForm extends DraftForm implements HelpRequestFormElement {
  /** A fragment brings a form for the draft besides. */
  override get form(): HTMLFormElement | null {
    return this.querySelector("form.wm-form");
  }

  protected override enhance(): void {
    this.form?.addEventListener("submit", (event) => {
      // The photos may have asked for patience, and buttons with a name mean something else.
      const means = event.submitter?.getAttribute("name");
      if (event.defaultPrevented || means) return;
      if (!emit(this, "wm:submit", this.data)) event.preventDefault();
    });
    this.form?.addEventListener("change", () => this.#showPart());
    this.#showPart();
    super.enhance();
  }

  get data(): HelpRequestData {
    const given = new FormData(this.form ?? undefined);
    const text = (name: string): string => String(given.get(name) ?? "");
    const dropped = given.getAll("drop_photo");
    const photos = given.getAll("photo_ids").filter((id) => !dropped.includes(id));
    const category = text("category");
    const subcategory = text(`part.${category}`) || null;
    return {
      title: text("title"),
      description: text("description"),
      category,
      subcategory,
      facets: this.#facets(given, [category, subcategory]),
      difficulty_level: (text("difficulty_level") || null) as Difficulty,
      urgency: (text("urgency") || "normal") as NonNullable<HelpRequestData["urgency"]>,
      language: text("language"),
      is_public: !given.has("is_private"),
      photo_ids: photos.map(String),
    };
  }

  /** Answers to the guided questions of a category and of its part, whose own count. */
  #facets(given: FormData, owners: (string | null)[]): Record<string, string> {
    const facets: Record<string, string> = {};
    for (const owner of owners) {
      for (const [name, value] of given) {
        const [kind, of, slug] = name.split(".");
        const answer = String(value).trim();
        if (kind === "facet" && of === owner && slug && answer) facets[slug] = answer;
      }
    }
    return facets;
  }

  /** Of the questions that only one part of a category asks, show those of the chosen one. */
  #showPart(): void {
    const { subcategory } = this.data;
    for (const more of this.querySelectorAll<HTMLDetailsElement>("details[data-part]")) {
      const isChosen = more.dataset["part"] === subcategory;
      if (isChosen) more.open = true;
      more.hidden = !isChosen;
    }
  }

  sent(): void {
    void this.forget();
    this.form?.reset();
    for (const picker of this.querySelectorAll("wm-photo-picker")) {
      if (picker instanceof PhotoPicker) void picker.restore([]);
    }
    this.querySelector(".wm-summary")?.remove();
  }

  refuse(error: ApiError): void {
    this.querySelector(".wm-summary")?.remove();
    const summary = part("summary");
    const list = summary.querySelector("ul");
    const fields = Object.entries(error.fields ?? {});
    summary.querySelector("h2")!.textContent = fields.length ? word("missing") : error.detail;
    for (const [name, problems] of fields) {
      for (const { message } of problems) list?.append(this.#entry(this.#nameOf(name), message));
    }
    this.form?.before(summary);
    summary.focus();
  }

  #nameOf(name: string): string {
    const { category, subcategory } = this.data;
    if (name === "subcategory") return `part.${category}`;
    if (!name.startsWith("facets.")) return NAMES[name] ?? name;
    const slug = name.slice("facets.".length);
    const own = `facet.${subcategory}.${slug}`;
    return this.#field(own) ? own : `facet.${category}.${slug}`;
  }

  #field(name: string): Element | null {
    return this.form?.querySelector(`[name="${name}"]:not([type=hidden])`) ?? null;
  }

  #entry(name: string, message: string): HTMLLIElement {
    const entry = document.createElement("li");
    const field = this.#field(name);
    const said = document.createElement(field?.id ? "a" : "span");
    said.textContent = message;
    if (said instanceof HTMLAnchorElement && field) said.href = `#${field.id}`;
    field?.setAttribute("aria-invalid", "true");
    entry.append(said);
    return entry;
  }
}
