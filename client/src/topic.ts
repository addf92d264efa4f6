/** `<wm-topic-detail>`: a topic with its posts; a host's script may send the reply itself. */

import { emit } from "./dom.js";
import { FragmentElement } from "./fragment.js";
import { PhotoPicker } from "./picker.js";
import type { ForumReplyData, TopicDetailElement } from "./wargame_mentorship.js";

export class TopicDetail extends FragmentElement implements TopicDetailElement {
  #selected = "";

  get data(): ForumReplyData {
    const form = this.#form;
    const fields = form ? new FormData(form) : new FormData();
    const answered = String(fields.get("reply_to_id") ?? "");
    const draft = String(fields.get("draft") ?? "");
    const picker = form?.querySelector("wm-photo-picker");
    return {
      content: String(fields.get("content") ?? ""),
      ...(answered ? { reply_to_id: answered } : {}),
      photo_ids: picker instanceof PhotoPicker ? picker.photos.map((photo) => photo.id) : [],
      // Whoever sends the reply in our place ends its draft.
      ...(draft ? { draft } : {}),
    };
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector<HTMLFormElement>("form[data-wm=reply]");
  }

  protected override enhance(): void {
    // Before the draft around the form, which forgets what it believes to be sent.
    this.addEventListener(
      "submit",
      (event) => {
        // A button with a name keeps the reply for another time.
        if (event.target !== this.#form || event.submitter?.getAttribute("name")) return;
        if (!emit(this, "wm:reply", this.data)) event.preventDefault();
      },
      { capture: true },
    );
    // Pressing a link ends the selection, before the click.
    this.addEventListener("pointerdown", (event) => {
      this.#selected = selectedIn(postOf(quoting(event)));
    });
    this.addEventListener("click", (event) => {
      const post = postOf(quoting(event));
      const said = this.#selected || selectedIn(post);
      this.#selected = "";
      if (!post || !said || !this.#form) return;
      event.preventDefault();
      this.#quote(this.#form, said, post.id.replace(/^(post|solution)-/, ""));
    });
  }

  /** Below what is there; without a selection the link leads to a form with all of the post. */
  #quote(form: HTMLFormElement, said: string, key: string): void {
    const field = form.querySelector<HTMLTextAreaElement>("textarea[name=content]");
    const answered = form.querySelector<HTMLInputElement>("input[name=reply_to_id]");
    if (!field || !answered) return;
    const begun = field.value.trimEnd();
    const quoted = said
      .split(/\r?\n/)
      .map((line) => `> ${line}`.trimEnd())
      .join("\n");
    field.value = `${begun ? `${begun}\n\n` : ""}${quoted}\n\n`;
    answered.value = key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollTop = field.scrollHeight;
  }
}

/** The link that quotes a post, if it is what was pressed. */
function quoting(event: Event): Element | null {
  return event.target instanceof Element ? event.target.closest("a[data-wm=quote]") : null;
}

function postOf(link: Element | null): Element | null {
  return link?.closest("article") ?? null;
}

/** What is selected of what a post says; empty if the selection begins elsewhere. */
function selectedIn(post: Element | null): string {
  const text = post?.querySelector(".wm-text");
  const selection = getSelection();
  if (!text || !selection || selection.isCollapsed) return "";
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer)) return "";
  // A third click selects a paragraph up to the beginning of what follows, in whatever element.
  if (!text.contains(range.endContainer)) {
    range.setEndAfter(text.lastChild ?? text);
    selection.removeAllRanges();
    selection.addRange(range);
  }
  return selection.toString().trim();
}
