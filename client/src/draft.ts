/**
 * `<wm-draft>`: keeps what is typed into the form inside it until it is sent.
 *
 * At every change in this browser, a little later on the server if there is a place for it
 * (`data-draft-url`) and somebody is signed in. Of two versions one is shown and the other
 * offered; neither is thrown away.
 */

import { announce, csrfToken, isReady, later, part, viewer, word } from "./dom.js";
import { FragmentElement } from "./fragment.js";
import { PhotoPicker } from "./picker.js";
import { Steps } from "./steps.js";
import * as store from "./store.js";
import type { Draft, Fields } from "./store.js";
import type { DraftElement } from "./wargame_mentorship.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const KEPT_AFTER = 300;
const SAVED_AFTER = 2000;
const UNKEPT = new Set(["file", "hidden", "password", "submit", "button", "reset", "image"]);

export class DraftForm extends FragmentElement implements DraftElement {
  #page = "";
  /** Fingerprint of the form as the server sent it. */
  #given = "";
  /** Fingerprint of what the server has since been given. */
  #saved = "";
  /** What a draft knows and the form has no field for just now. */
  #spare: Fields = {};
  #isAway = false;
  #saving: AbortController | undefined;
  #note: HTMLElement | undefined;
  readonly #keepSoon = later(KEPT_AFTER, () => this.keep());
  readonly #saveSoon = later(SAVED_AFTER, () => void this.#save());

  get form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  protected override enhance(): void {
    if (!this.form || !isReady()) return;
    // What is inside may be connected after us.
    queueMicrotask(() => void this.#begin());
  }

  async #begin(): Promise<void> {
    const form = this.form;
    if (!form) return;
    this.#page = new URL(form.action).pathname;
    await this.#restore();
    for (const kind of ["input", "change", "wm:photos", "wm:steps"]) {
      form.addEventListener(kind, () => {
        this.#isAway = false;
        this.#keepSoon();
        this.#saveSoon();
      });
    }
    // Any form in here: one may say that the question has answered itself.
    this.addEventListener("submit", (event) => {
      if (!event.defaultPrevented) this.#leave();
    });
    document.addEventListener("submit", this.#onDiscard);
    window.addEventListener("pagehide", this.#onPageHide);
    this.classList.add("wm-on");
  }

  disconnectedCallback(): void {
    document.removeEventListener("submit", this.#onDiscard);
    window.removeEventListener("pagehide", this.#onPageHide);
  }

  /** Keep what stands in the form, in this browser. */
  keep(sentAt?: number): void {
    this.#keepSoon.stop();
    const draft = this.#draft();
    const print = fingerprint(draft);
    // Nothing was typed, or all of it taken back.
    if (print === this.#given && !this.#saved) {
      store.write(this.#page, null);
      return;
    }
    store.write(this.#page, {
      ...draft,
      isSaved: print === this.#saved,
      ...(sentAt ? { sentAt, sentFrom: location.pathname } : {}),
    });
  }

  /** Forget it, here and on the server. */
  protected async forget(): Promise<void> {
    this.#stop();
    store.forget(this.#page);
    if (this.form) await this.#send("DELETE", sendable(this.form));
  }

  #draft(): Draft {
    return {
      at: Date.now(),
      fields: { ...this.#spare, ...fieldsOf(this.form!) },
      photos: this.#pickers().map((picker) => picker.keep()),
      bases: [this.#given, this.#saved],
    };
  }

  #pickers(): PhotoPicker[] {
    return [...this.querySelectorAll("wm-photo-picker")].filter((one) => one instanceof PhotoPicker);
  }

  // -------------------------------------------------------------------------------- coming back

  async #restore(): Promise<void> {
    const now = this.#draft();
    this.#given = fingerprint(now);
    const kept = store.read(this.#page);
    const aside = store.readAside(this.#page);
    if (kept && fingerprint(kept) !== this.#given) {
      if (kept.bases.includes(this.#given)) {
        await this.#apply(kept);
        this.#say("draft_restored", kept.at, "draft_afresh", () => void this.#afresh());
        return;
      }
      if (store.wasRefused(this.#page)) {
        // The form has what was sent; only photos that never arrived cannot come back with it.
        for (const [index, picker] of this.#pickers().entries()) {
          await picker.restoreUnsent(kept.photos[index] ?? []);
        }
      } else {
        // Somewhere else something newer was saved.
        store.writeAside(this.#page, kept);
        this.#offer(kept);
      }
    } else {
      // It came back from the server, which has it then.
      if (kept && this.dataset["draftUrl"]) store.write(this.#page, { ...kept, isSaved: true });
      if (aside) this.#offer(aside);
    }
  }

  #offer(draft: Draft): void {
    this.#say("draft_aside", draft.at, "draft_take", () => {
      store.writeAside(this.#page, this.#draft());
      void this.#apply(draft).then(() => {
        this.keep();
        this.#saveSoon();
        this.#offer(store.readAside(this.#page) ?? draft);
      });
    });
  }

  async #apply(draft: Draft): Promise<void> {
    const form = this.form!;
    for (const steps of form.querySelectorAll("wm-steps")) {
      if (steps instanceof Steps) steps.ensure(draft.fields);
    }
    this.#spare = fill(form, draft.fields);
    for (const [index, picker] of this.#pickers().entries()) {
      await picker.restore(draft.photos[index] ?? []);
    }
  }

  /** Put it aside and begin with an empty form; a slip of the finger costs nothing. */
  async #afresh(): Promise<void> {
    const draft = this.#draft();
    await this.forget();
    store.writeAside(this.#page, draft);
    location.assign(location.pathname + location.search);
  }

  #say(text: string, at: number, action: string, act: () => void): void {
    const note = part("draft-note");
    const when = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
      dateStyle: "medium",
      timeStyle: "short",
    }).format(at);
    const said = word(text, { when });
    const button = note.querySelector("button");
    note.querySelector("span")!.textContent = said;
    if (button) {
      button.textContent = word(action);
      button.addEventListener("click", act);
    }
    this.#note?.remove();
    this.#note = note;
    this.form?.prepend(note);
    announce(said);
  }

  // ------------------------------------------------------------------------------------- leaving

  #leave(): void {
    this.keep(Date.now());
    this.#stop();
  }

  #stop(): void {
    this.#isAway = true;
    this.#keepSoon.stop();
    this.#saveSoon.stop();
    this.#saving?.abort();
  }

  /** The page has a form of its own that throws away what the server keeps. */
  readonly #onDiscard = (event: SubmitEvent): void => {
    const url = this.dataset["draftUrl"];
    const form = event.target as HTMLFormElement;
    if (!url || new URL(form.action).pathname !== new URL(url, document.baseURI).pathname) return;
    this.#stop();
    store.writeAside(this.#page, this.#draft());
    store.write(this.#page, null);
  };

  readonly #onPageHide = (): void => {
    if (this.#isAway) return;
    this.keep();
    void this.#save();
  };

  async #save(): Promise<void> {
    this.#saveSoon.stop();
    const print = fingerprint(this.#draft());
    if (!this.form || print === (this.#saved || this.#given)) return;
    if (await this.#send("PUT", sendable(this.form))) {
      this.#saved = print;
      if (!this.#isAway) this.keep();
    }
  }

  /** Returns whether the server has done it; that it has not is nothing to bother anybody with. */
  async #send(method: "PUT" | "DELETE", body: URLSearchParams): Promise<boolean> {
    const url = new URL(this.dataset["draftUrl"] ?? "", document.baseURI);
    if (!this.dataset["draftUrl"] || !viewer()) return false;
    if (method === "DELETE") url.searchParams.set("draft", body.get("draft") ?? "");
    this.#saving?.abort();
    const { signal } = (this.#saving = new AbortController());
    try {
      const answer = await fetch(url, {
        method,
        signal,
        // It goes out even if the page does not stay.
        keepalive: true,
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken(this) },
        ...(method === "PUT" ? { body } : {}),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }
}

/** The form as it would be sent, without files. */
function sendable(form: HTMLFormElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.append(name, value);
  }
  return fields;
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (element): element is Control =>
      (element instanceof HTMLInputElement ||
        element instanceof HTMLSelectElement ||
        element instanceof HTMLTextAreaElement) &&
      element.name !== "" &&
      !UNKEPT.has(element.type) &&
      // Photos keep their words themselves.
      !element.closest("wm-photo-picker"),
  );
}

function isTicked(control: Control): boolean | null {
  const ticks = control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type);
  return ticks ? control.checked : null;
}

function fieldsOf(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const control of controls(form)) {
    const values = (fields[control.name] ??= []);
    if (isTicked(control) ?? true) values.push(control.value);
  }
  return fields;
}

/** Put kept values into their fields; returns those that have no field. */
function fill(form: HTMLFormElement, fields: Fields): Fields {
  const rest: Fields = structuredClone(fields);
  const all = controls(form);
  for (const control of all) {
    const values = rest[control.name];
    if (!values) continue;
    const before = [control.value, isTicked(control)].join();
    if (control instanceof HTMLInputElement && isTicked(control) !== null) {
      control.checked = values.includes(control.value);
    } else {
      control.value = values.shift() ?? "";
    }
    // Others show what depends on it.
    if ([control.value, isTicked(control)].join() !== before) {
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  for (const { name } of all) delete rest[name];
  return rest;
}

/** Equal for equal contents, whenever and in whatever order they were written. */
function fingerprint({ fields, photos }: Pick<Draft, "fields" | "photos">): string {
  const texts = Object.entries(fields)
    .map(([name, values]) => [name, values.join("\n").trim()])
    .filter(([, value]) => value)
    .sort();
  const pictures = photos.flat().map(({ id, key, alt }) => [id ?? key, alt.trim()]);
  let hash = 5381;
  for (const letter of JSON.stringify([texts, pictures])) {
    hash = (Math.imul(hash, 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0;
  }
  return hash.toString(36);
}
