/** `<wm-topic-detail>`: a topic with its posts; a host's script may send the reply itself. */

import { emit } from "./dom.js";
import { FragmentElement } from "./fragment.js";
import { PhotoPicker } from "./picker.js";
import type { ForumReplyData, TopicDetailElement } from "./wargame_mentorship.js";

export class TopicDetail extends FragmentElement implements TopicDetailElement {
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
  }
}
