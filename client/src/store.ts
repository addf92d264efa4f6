/**
 * What is being written, kept in this browser: texts in localStorage, photos that have not been
 * sent in IndexedDB. Where a browser keeps nothing (private mode), nothing is kept, silently.
 */

import { viewer } from "./dom.js";

export type Fields = Record<string, string[]>;

export interface KeptPhoto {
  /** Of the blob, until it is uploaded. */
  key?: string;
  name?: string;
  id?: string;
  url?: string;
  alt: string;
}

export interface Draft {
  at: number;
  fields: Fields;
  /** Of each place for photos in the form. */
  photos: KeptPhoto[][];
  /** Fingerprints of what the server had when this was written upon. */
  bases: string[];
  /** Whether the server has all of it. */
  isSaved?: boolean;
  /** When it was sent off; what came of that is known on the next page. */
  sentAt?: number;
  /** From which page, if not from the one that takes it. */
  sentFrom?: string;
}

const PREFIX = "wm:draft:";
/** Written by nobody yet: it becomes theirs who signs in next. */
const NOBODY = "-";
/** Put aside: what somebody threw away, or what the server had something newer for. */
const ASIDE = "~";
const DAY = 24 * 60 * 60 * 1000;
const MONTH = 30 * DAY;
const MINUTE = 60 * 1000;

function local(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function names(): string[] {
  const storage = local();
  return storage ? Object.keys(storage).filter((name) => name.startsWith(PREFIX)) : [];
}

function readName(name: string): Draft | null {
  try {
    return JSON.parse(local()?.getItem(name) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

function writeName(name: string, draft: Draft | null): void {
  try {
    if (draft) local()?.setItem(name, JSON.stringify(draft));
    else local()?.removeItem(name);
  } catch {
    // Full, or not allowed.
  }
}

const me = (): string => viewer() || NOBODY;
const nameOf = (page: string, owner = me()): string => `${PREFIX}${owner}:${page}`;

export const read = (page: string): Draft | null => readName(nameOf(page));
export const write = (page: string, draft: Draft | null): void => writeName(nameOf(page), draft);
export const readAside = (page: string): Draft | null => readName(nameOf(page) + ASIDE);
export const writeAside = (page: string, draft: Draft | null): void =>
  writeName(nameOf(page) + ASIDE, draft);

/** Forget everything that was written for a page. */
export function forget(page: string): void {
  write(page, null);
  writeAside(page, null);
}

const returned = new Set<string>();

/** Whether this page is what came back for a form that was sent: it was refused. */
export const wasRefused = (page: string): boolean => returned.has(page);

/**
 * What every page of ours begins with: nobody finds what somebody else wrote here, what was sent
 * is forgotten, and what was written before signing in belongs to who has signed in.
 */
export function sweep(): void {
  const now = Date.now();
  for (const name of names()) {
    const draft = readName(name);
    const { owner, page } = split(name);
    if (!draft || isOver(draft, owner, now) || wasSent(draft, page, now)) {
      writeName(name, null);
      if (draft?.sentAt) writeName(name + ASIDE, null);
      continue;
    }
    if (draft.sentAt && location.pathname === page) {
      returned.add(page);
      delete draft.sentAt;
      delete draft.sentFrom;
    }
    const isTaken = owner === NOBODY && viewer() !== "" && readName(nameOf(page)) === null;
    writeName(isTaken ? nameOf(page) : name, draft);
    if (owner === NOBODY && viewer()) writeName(name, null);
  }
  void sweepBlobs(now);
}

function split(name: string): { owner: string; page: string } {
  const rest = name.slice(PREFIX.length);
  const colon = rest.indexOf(":");
  return { owner: rest.slice(0, colon), page: rest.slice(colon + 1) };
}

function isOver(draft: Draft, owner: string, now: number): boolean {
  const age = now - draft.at;
  if (owner === me()) return age > MONTH;
  if (owner === NOBODY) return age > DAY;
  // Somebody has signed out, or their session has run out while they wrote. What the server has
  // can go at once; the rest waits a day for them, unless somebody else signs in.
  return Boolean(viewer()) || draft.isSaved === true || age > DAY;
}

/** Sent, and then led away from the form: it was taken. A form that is refused comes back. */
function wasSent(draft: Draft, page: string, now: number): boolean {
  if (!draft.sentAt || location.pathname === page) return false;
  const from = document.referrer && new URL(document.referrer).pathname;
  const [arrival] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  // Some sites send no referrer; but what takes a form leads on.
  if (!from) return now - draft.sentAt < MINUTE && (arrival?.redirectCount ?? 1) > 0;
  // A page that comes back keeps its referrer, which may be itself.
  return from === (draft.sentFrom ?? page) && arrival?.type === "navigate";
}

// ------------------------------------------------------------------------------------- photos

const BLOBS = "photos";
/** So that pages of those who never add a photo open no database. */
const HAS_BLOBS = "wm:photos";
let opened: Promise<IDBDatabase | null> | undefined;

function database(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open("wargame_mentorship", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(BLOBS);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opened;
}

async function withBlobs<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  const db = await database();
  if (!db) return null;
  return new Promise((resolve) => {
    try {
      const request = act(db.transaction(BLOBS, mode).objectStore(BLOBS));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** A name for a photo that is kept; it says whose it is and since when. */
export function newBlobKey(): string {
  return [me(), Date.now(), Math.random().toString(36).slice(2)].join(":");
}

/** Returns whether it is kept. */
export async function keepBlob(key: string, blob: Blob): Promise<boolean> {
  try {
    local()?.setItem(HAS_BLOBS, "1");
  } catch {
    // Then they stay until this browser forgets them.
  }
  return (await withBlobs("readwrite", (store) => store.put(blob, key))) !== null;
}

export function takeBlob(key: string): Promise<Blob | null> {
  return withBlobs<Blob>("readonly", (store) => store.get(key) as IDBRequest<Blob>);
}

export async function dropBlob(key: string): Promise<void> {
  await withBlobs("readwrite", (store) => store.delete(key));
}

/** Remove the photos that no draft names any more: of what was sent, or was somebody else's. */
async function sweepBlobs(now: number): Promise<void> {
  if (!local()?.getItem(HAS_BLOBS)) return;
  const keys = (await withBlobs("readonly", (store) => store.getAllKeys())) ?? [];
  const named = new Set(
    names().flatMap((name) => readName(name)?.photos.flat().map((photo) => photo.key) ?? []),
  );
  for (const key of keys.map(String)) {
    // One that has just been chosen may be kept before its draft is.
    const isFresh = now - Number(key.split(":")[1]) < MINUTE;
    if (!named.has(key) && !isFresh) await dropBlob(key);
  }
  if (keys.length === 0) local()?.removeItem(HAS_BLOBS);
}
