/** Bundled into `static/wargame_mentorship/wargame_mentorship.js` by `make client`. */

import { BeforeAfter } from "./before-after.js";
import { ForumCategoryList } from "./category-list.js";
import { HelpRequestCard } from "./card.js";
import { DraftForm } from "./draft.js";
import { HelpRequestForm } from "./form.js";
import { PhotoPicker } from "./picker.js";
import { Similar } from "./similar.js";
import { Steps } from "./steps.js";
import { Tags } from "./tags.js";
import { TopicDetail } from "./topic.js";
import { sweep } from "./store.js";

/** What the types promise to hosts is what there is. */
type Promised = { [Name in keyof typeof ELEMENTS]: new () => HTMLElementTagNameMap[Name] };

const ELEMENTS = {
  // Those inside others first: whoever is around them finds them at work.
  "wm-photo-picker": PhotoPicker,
  "wm-similar": Similar,
  "wm-steps": Steps,
  "wm-tags": Tags,
  "wm-before-after": BeforeAfter,
  "wm-draft": DraftForm,
  "wm-help-request-card": HelpRequestCard,
  "wm-forum-category-list": ForumCategoryList,
  "wm-topic-detail": TopicDetail,
  "wm-help-request-form": HelpRequestForm,
};

sweep();
for (const [name, element] of Object.entries(ELEMENTS satisfies Promised)) {
  // A page may load us twice, under two addresses.
  if (!customElements.get(name)) customElements.define(name, element);
}

export {
  BeforeAfter as BeforeAfterElement,
  DraftForm as DraftElement,
  ForumCategoryList as ForumCategoryListElement,
  HelpRequestCard as HelpRequestCardElement,
  HelpRequestForm as HelpRequestFormElement,
  PhotoPicker as PhotoPickerElement,
  Similar as SimilarElement,
  Steps as StepsElement,
  Tags as TagsElement,
  TopicDetail as TopicDetailElement,
};
