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
const PATIENCE = 2500; // ms that the newest index.html is waited for

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => event.waitUntil(keep(event.data.version, event.source)));

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
  const cache = await caches.open(OURS + version);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const reply = await fetch(request);
  if (reply.status === 200) event.waitUntil(cache.put(request.url, reply.clone()));
  return reply;
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
  return (await keptIndex()) ?? asked;
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
 * Keeps all of a version, one file after the other, and tells the page how much is missing.
 * @param {string} version @param {{postMessage: (news: any) => void}} page
 */
async function keep(version, page) {
  const cache = await caches.open(OURS + version);
  const folder = new URL(`${version}/`, TOP);
  const have = async (/** @type {string} */ address) => Boolean(await cache.match(address, { ignoreVary: true }));
  const list = new URL("site.json", folder).href;
  if (!(await have(list))) await cache.add(list);
  /** @type {Record<string, number>} bytes by path */
  const { files } = await (await cache.match(list)).json();
  const missing = [];
  for (const [path, bytes] of Object.entries(files)) {
    const { href } = new URL(path, folder);
    if (!(await have(href))) missing.push({ href, bytes });
  }
  let left = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  page.postMessage({ left });
  for (const { href, bytes } of missing) {
    await quiet();
    await cache.add(href);
    page.postMessage({ left: (left -= bytes) });
  }
  if (!(await have(TOP.href))) await keepIndex(await fetch(TOP, { cache: "no-cache" }));
  if (!(await have(TOP.href))) return; // the site has been renewed in the meantime
  await cache.put(WHOLE, new Response(String(Date.now())));
  await tidy();
  page.postMessage({ left: 0, whole: true });
}

/** Drops what the newest whole version replaces, but nothing that an open page still uses. */
async function tidy() {
  const { held = [] } = await navigator.locks.query();
  const used = new Set([await newestWhole(), ...held.map(({ name }) => name ?? "")]);
  for (const name of await ourCaches()) if (!used.has(name)) await caches.delete(name);
}
