// Files, fetched so that one can say how far it is, and checked.

import { parseSafetensors } from "./safetensors.js";

/** A file is not the one that was exported. */
export class Altered extends Error {}

/**
 * @param {URL} address
 * @param {(bytes: number) => void} [onBytes] so many more have come
 * @returns {Promise<ReadableStream<Uint8Array>>}
 */
async function streamOf(address, onBytes = () => {}) {
  const reply = await fetch(address);
  if (!reply.ok || !reply.body) throw new Error(`${address.pathname}: ${reply.status}`);
  const count = new TransformStream({
    transform(chunk, controller) {
      onBytes(chunk.length);
      controller.enqueue(chunk);
    },
  });
  return reply.body.pipeThrough(count);
}

/**
 * @param {URL} address
 * @param {string | undefined} sha256 what the file's must be
 * @param {(bytes: number) => void} [onBytes]
 */
export async function fetchChecked(address, sha256, onBytes) {
  const content = await new Response(await streamOf(address, onBytes)).arrayBuffer();
  // Only https and localhost have the means to check; elsewhere the file is taken as it is.
  if (sha256 && globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const found = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (found !== sha256) throw new Altered(`${address.pathname} is not the file of the catalogue`);
  }
  return content;
}

/**
 * The arrays of a .safetensors, counted while they come.
 * @param {URL} address
 * @param {string} sha256
 * @param {number} bytes
 * @param {{expect: (bytes: number) => void, came: (bytes: number) => void}} progress
 */
export async function fetchWeights(address, sha256, bytes, progress) {
  progress.expect(bytes);
  return parseSafetensors(await fetchChecked(address, sha256, progress.came));
}

/**
 * A file that is there as it is and, in a quarter of the size, as NAME.gz.
 * @param {URL} address of the plain file
 * @param {(bytes: number) => void} [onBytes]
 * @returns {Promise<ArrayBuffer>} the plain content
 */
export async function fetchPacked(address, onBytes) {
  if ("DecompressionStream" in globalThis) {
    try {
      const packed = new URL(`${address.href}.gz`);
      return await new Response(await unpacked(await streamOf(packed, onBytes))).arrayBuffer();
    } catch (error) {
      console.warn(error); // some hosts keep no such file, some mangle it
    }
  }
  return new Response(await streamOf(address, onBytes)).arrayBuffer();
}

/**
 * A host may have sent a .gz so that the browser has unpacked it already: the first bytes tell.
 * @param {ReadableStream<Uint8Array>} stream
 */
async function unpacked(stream) {
  const reader = stream.getReader();
  const first = await reader.read();
  const [one, two] = first.value ?? [];
  const whole = new ReadableStream({
    start(controller) {
      if (first.value) controller.enqueue(first.value);
      else controller.close();
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return one === 0x1f && two === 0x8b
    ? whole.pipeThrough(new DecompressionStream("gzip"))
    : whole;
}
