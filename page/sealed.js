// Bytes as text that may stand in an address: base64url, and at the end a check of all before it.

/** @param {number[]} bytes */
const checkOf = (bytes) => bytes.reduce((sum, byte) => (31 * sum + byte) % 251, 0);

/** @param {number[]} bytes */
export function sealed(bytes) {
  const letters = [...bytes, checkOf(bytes)].map((byte) => String.fromCharCode(byte));
  const text = btoa(letters.join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @param {number} longest characters that are looked at
 * @returns {number[]} the bytes
 * @throws {RangeError | DOMException} it is longer, was cut short or altered
 */
export function unsealed(text, longest) {
  if (text.length > longest) throw new RangeError();
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Array.from(binary, (letter) => letter.charCodeAt(0));
  if (bytes.pop() !== checkOf(bytes)) throw new RangeError();
  return bytes;
}
