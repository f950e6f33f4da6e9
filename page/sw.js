// The static site's service worker: it keeps the page for use offline, each version whole.
//
// A version is a folder of the site, named by a hash of its content: nothing in it ever changes. Only
// index.html does, which names the folder. Each version has a cache of its own with its index.html in
// it, and offline the version that was last kept whole is shown: nothing half old, half new.

const worker = /** @type {any} */ (self); // types are those of pages
const TOP = new URL("./", location.href);
const OURS = `sketch28 ${TOP.pathname} `; // caches belong to a host, which may hold other sites too
const VERSION = /^[0-9a-f]{12}$/;
const WHOLE = new URL("whole", TOP).href; // in the cache of a version of which nothing is missing
/** @typedef {{version: string, files: Record<string, number>, unpacked_bytes: number}} List a version's
 * site.json, see export/to_static.py */
/** @type {Map<string, Promise<List>>} by version, while they are being fetched */
const lists = new Map();
const PATIENCE = 2500; // ms that the newest index.html is waited for

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(tryToKeep(event.data.version, event.source)));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== TOP.origin || !pathname.startsWith(TOP.pathname)) return;
  const [name, ...rest] = pathname.slice(TOP.pathname.length).split("/");
  if (VERSION.test(name)) event.respondWith(fromCache(request, name, event));
  else if (!rest.length && ["", "index.html"].includes(name)) event.respondWith(entrance(event));
});

/**
 * A file of a version: it never changes, so what is kept needs no asking.
 * @param {Request} request @param {string} version @param {any} event
 */
async function fromCache(request, version, event) {
  const kept = await find(request, version).catch(() => undefined); // a broken storage is like none
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.status === 200) event.waitUntil(store(request.url, version, reply.clone()));
  return reply;
}

/** @param {Request | string} request @param {string} version */
async function find(request, version) {
  return (await caches.open(OURS + version)).match(request, { ignoreVary: true });
}

/** @param {string} address @param {string} version @param {Response} reply */
async function store(address, version, reply) {
  const list = await listOf(version);
  if (await isRight(reply, address, list)) await (await caches.open(OURS + version)).put(address, reply);
}

/**
 * Whether that is the file: an error page may come as 200 too, and an upload may be half done. A host
 * may have unpacked the runtime's .gz on the way, or have the plain file alone.
 * @param {Response} reply is not used up @param {string} address @param {List} list
 */
async function isRight(reply, address, { version, files, unpacked_bytes: unpacked }) {
  const { size } = await reply.clone().blob();
  const path = new URL(address).pathname.slice(`${TOP.pathname}${version}/`.length);
  const packed = path.endsWith(".gz") ? path : `${path}.gz`;
  return size === files[path] || (packed in files && size === unpacked);
}

/** @param {string} version @returns {Promise<List>} */
function listOf(version) {
  const list = lists.get(version) ?? readList(version).finally(() => lists.delete(version));
  lists.set(version, list);
  return list;
}

/** @param {string} version @returns {Promise<List>} */
async function readList(version) {
  const address = new URL(`${version}/site.json`, TOP).href;
  const kept = await find(address, version);
  if (kept) return kept.json();
  const reply = await fetch(address, { cache: "no-cache" });
  const list = await reply.clone().json();
  if (list.version !== version) throw new Error(`${address} is another's`);
  await (await caches.open(OURS + version)).put(address, reply);
  return list;
}

/** index.html: the newest where it comes soon, else that of the version that is kept. @param {any} event */
async function entrance(event) {
  const asked = fetch(event.request, { cache: "no-cache" });
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  try {
    const reply = await Promise.race([asked, late]);
    if (reply.ok) event.waitUntil(keepIndex(reply.clone()));
    if (reply.status < 500) return reply;
  } catch {} // offline, or as good as
  return (await keptIndex().catch(() => undefined)) ?? asked;
}

/** The version that an index.html opens; "" if it is none of ours. @param {string} html */
const versionOf = (html) => / data-version="([0-9a-f]{12})"/.exec(html)?.[1] ?? "";

/** @param {Response} reply */
async function keepIndex(reply) {
  const version = versionOf(await reply.clone().text());
  if (version) await (await caches.open(OURS + version)).put(TOP.href, reply);
}

/** Where nothing is whole yet, any is better than none. */
async function keptIndex() {
  const whole = await newestWhole();
  for (const name of [whole, ...(await ourCaches()).reverse()]) {
    const index = name && (await (await caches.open(name)).match(TOP.href));
    if (index) return index;
  }
}

const ourCaches = async () => (await caches.keys()).filter((name) => name.startsWith(OURS));

/** Name of the cache that was last made whole; "" while there is none. */
async function newestWhole() {
  let [newest, time] = /** @type {[string, number]} */ (["", 0]);
  for (const name of await ourCaches()) {
    const mark = await (await caches.open(name)).match(WHOLE);
    const made = mark ? Number(await mark.text()) : 0;
    if (made > time) [newest, time] = [name, made];
  }
  return newest;
}

/** Until no page of ours has anything answered: offline.js holds that lock while one has. */
const quiet = () => navigator.locks?.request(`${OURS}busy`, () => {});

/**
 * Keeps a version, or tells the page that it could not.
 * @param {string} version @param {{postMessage: (news: any) => void}} page
 */
async function tryToKeep(version, page) {
  try {
    await keep(version, page);
  } catch (error) {
    console.warn(error); // no room, no network, a file that is not there
    page.postMessage({ failed: true });
  }
}

/**
 * Keeps all of a version, one file after the other, and tells the page how much is missing.
 * @param {string} version @param {{postMessage: (news: any) => void}} page
 */
async function keep(version, page) {
  const list = await listOf(version);
  const missing = await missingOf(list);
  let left = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  if (left) page.postMessage({ left });
  const cache = await caches.open(OURS + version);
  for (const { href, bytes } of missing) {
    await quiet();
    await cache.put(href, await fetchRight(href, list));
    page.postMessage({ left: (left -= bytes) });
  }
  const hasIndex = () => cache.match(TOP.href);
  if (!(await hasIndex())) await keepIndex(await fetch(TOP, { cache: "no-cache" }));
  if (!(await hasIndex())) throw new Error("the site has been renewed in the meantime");
  await cache.put(WHOLE, new Response(String(Date.now())));
  await tidy();
  page.postMessage({ left: 0, whole: true });
}

/** What is not kept, or wrongly: as long as a version is not whole, that is looked at. @param {List} list */
async function missingOf(list) {
  const { version, files } = list;
  const whole = await find(WHOLE, version);
  const missing = [];
  for (const [path, bytes] of Object.entries(files)) {
    const { href } = new URL(`${version}/${path}`, TOP);
    const kept = await find(href, version);
    if (!kept || !(whole || (await isRight(kept, href, list)))) missing.push({ href, bytes });
  }
  return missing;
}

/** A file, past the browser's own cache where that holds a wrong one. @param {string} href @param {List} list */
async function fetchRight(href, list) {
  for (const cache of /** @type {RequestCache[]} */ (["default", "reload"])) {
    const reply = await fetch(href, { cache });
    if (reply.status === 200 && (await isRight(reply, href, list))) return reply;
  }
  throw new Error(`${href} is not there, or not whole`);
}

/** Drops what the newest whole version replaces, but nothing that an open page still uses. */
async function tidy() {
  const { held = [] } = await navigator.locks.query();
  const used = new Set([await newestWhole(), ...held.map(({ name }) => name ?? "")]);
  for (const name of await ourCaches()) if (!used.has(name)) await caches.delete(name);
}
