/**
 * The custom elements of wargame_mentorship, for hosts that write TypeScript.
 *
 * `api.d.ts` beside this file describes the whole HTTP API.
 */

import type { components } from "./api.js";

type Schemas = components["schemas"];

/** As lists show it. */
export type HelpRequest = Schemas["HelpRequest"];
/** As its page shows it: with answers, and with what you may do (`available_actions`). */
export type HelpRequestDetail = Schemas["HelpRequestDetail"];
export type HelpResponse = Schemas["HelpResponse"];
export type SimilarHelpRequest = Schemas["Similar"];
export type Person = Schemas["Person"];
export type Photo = Pick<Schemas["Photo"], "id" | "url" | "thumbnail_url" | "alt_text" | "width" | "height">;
export type ApiError = Schemas["Error"];

/** What somebody asks: the body of `POST …/help/requests`. */
export type HelpRequestData = Schemas["Ask"] & {
  /** Answers to the guided questions of the category, by their slugs. */
  facets?: Record<string, string>;
};

export type ForumCategory = Schemas["ForumCategory"];
/** As lists show it. */
export type ForumTopic = Schemas["ForumTopic"];
/** As its page shows it: with its solution, and with what you may do. */
export type ForumTopicDetail = Schemas["ForumTopicDetail"];
export type ForumPost = Schemas["ForumPost"];

/** What somebody replies: the body of `POST …/forums/topics/{id}/posts`. */
export type ForumReplyData = Schemas["Reply"];

/** What the list knows of a category. */
export interface ForumCategorySummary {
  id: string;
  slug: string;
  name: string;
  /** Of its page. */
  url: string;
}

/** What a card knows of its request. */
export interface HelpRequestSummary {
  id: string;
  title: string;
  status: HelpRequest["status"];
  /** Of its page. */
  url: string;
}

/** A photo that has been uploaded and is still to be attached. */
export interface PickedPhoto {
  id: string;
  alt_text: string;
}

/** All of them bubble and can be cancelled; cancelling those without a default action does nothing. */
export interface WmEventMap {
  /** The form is about to be sent. Cancel it to send `detail` yourself. */
  "wm:submit": CustomEvent<HelpRequestData>;
  /** Somebody wants to answer. Cancel it and the link is not followed. */
  "wm:respond": CustomEvent<HelpRequestSummary>;
  /** Somebody pressed "I can help". Cancel it and nothing is sent. */
  "wm:assign": CustomEvent<HelpRequestSummary>;
  /** Somebody chose a forum. Cancel it and the link is not followed. */
  "wm:select-category": CustomEvent<ForumCategorySummary>;
  /** A reply is about to be sent. Cancel it to send `detail` yourself. */
  "wm:reply": CustomEvent<ForumReplyData>;
  /** Photos were uploaded, removed, moved or described. */
  "wm:photos": CustomEvent<{ photos: PickedPhoto[] }>;
  /** An element with `src` has its markup. */
  "wm:load": CustomEvent<{ src: string }>;
  /** An element with `src` could not fetch its markup. */
  "wm:error": CustomEvent<{ src: string; error: unknown }>;
}

/** The form for a question. */
export declare class HelpRequestFormElement extends HTMLElement {
  /** The fragment to fetch itself from, if it is not in the page; of the same site. */
  src: string;
  /** What stands in the form now. */
  readonly data: HelpRequestData;
  /** Tell it that you have sent what it gave you: it empties itself and forgets its draft. */
  sent(): void;
  /** Tell it what the API answered instead: it shows the errors and keeps the rest. */
  refuse(error: ApiError): void;
}

/** A request in a list. */
export declare class HelpRequestCardElement extends HTMLElement {
  src: string;
  readonly summary: HelpRequestSummary;
}

/** The forums. */
export declare class ForumCategoryListElement extends HTMLElement {
  src: string;
  readonly categories: ForumCategorySummary[];
}

/** A topic with its posts and the form for a reply. */
export declare class TopicDetailElement extends HTMLElement {
  src: string;
  /** What stands in the form now. */
  readonly data: ForumReplyData;
}

/** A place for photos: uploads them while one types. */
export declare class PhotoPickerElement extends HTMLElement {
  readonly photos: PickedPhoto[];
  /** Add files as if they had been chosen. */
  add(files: Iterable<File>): void;
}

/** Similar questions, while one types a title. */
export declare class SimilarElement extends HTMLElement {}
/** Tags that others use, below a field for them. */
export declare class TagsElement extends HTMLElement {}
/** Two photos, one over the other, and a slider between them. */
export declare class BeforeAfterElement extends HTMLElement {}
/** Rows that can be added, removed and moved. */
export declare class StepsElement extends HTMLElement {}
/** Keeps what is typed into the form inside it until it is sent. */
export declare class DraftElement extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    "wm-help-request-form": HelpRequestFormElement;
    "wm-help-request-card": HelpRequestCardElement;
    "wm-forum-category-list": ForumCategoryListElement;
    "wm-topic-detail": TopicDetailElement;
    "wm-photo-picker": PhotoPickerElement;
    "wm-similar": SimilarElement;
    "wm-before-after": BeforeAfterElement;
    "wm-steps": StepsElement;
    "wm-tags": TagsElement;
    "wm-draft": DraftElement;
  }
  interface HTMLElementEventMap extends WmEventMap {}
}
