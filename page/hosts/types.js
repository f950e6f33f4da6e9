// What the page may ask of a host, and all that differs between the two. Types alone: no code.
// A host's module exports it as `host`. It throws a Refusal (refusal.js) where what it is given
// cannot be answered; anything else that is thrown means that nobody answered.

/**
 * What is drawn: 255 is ink, 0 paper, row by row, cropped to the ink.
 * @typedef {{width: number, height: number, greys: Uint8Array}} Ink
 */

/**
 * What the network says.
 * @typedef {object} Said
 * @property {number[]} probabilities of the ten labels
 * @property {number} energy log-sum-exp of the ten logits: the lower, the less it is any of them
 */

/**
 * What the network sees, where that is on the picture, and what the network says of it.
 * @typedef {Said & {input: Uint8Array, box: number[] | null, centre: number[] | null}} One
 *   input: the 28 × 28 greys; box: left, top, right, bottom; centre of mass: x, y
 */

/**
 * What the network sees of a picture, and what it says of that.
 * @typedef {One & SeenWhole} Seen
 *
 * @typedef {object} SeenWhole
 * @property {boolean} blank there is nothing to look at
 * @property {boolean} rejected it is turned away whatever the network says: see notes
 * @property {string[]} notes machine words, such as "several" or "fallback:no-object"
 * @property {"sketch" | "photo" | "sample"} kind
 * @property {number} width of the picture that box and centre are measured in, pixels
 * @property {number} height
 * @property {{width: number, height: number, greys: Uint8Array, window: number[]} | null} mask what
 *   was taken for the object or the ink, small; window: left, top, right, bottom of what it covers
 * @property {One[]} digits of several digits in a row each, from left to right
 * @property {string} model the network that answers
 * @property {"digit" | "garment" | "neither"} [shows] where nobody said which of them it is
 * @property {{look: number[], network: number[]}} [opinions] where two answer together, what each
 *   says alone: probabilities of the ten labels
 * @property {number} [evidence] that this is one of the ten, less what is needed
 * @property {string} [picture] address of the picture, where it was asked for with `show`
 */

/**
 * whole: do not cut the object out. invert: turn the greys round. show: send the picture back, for
 * this browser cannot read the file.
 * @typedef {{whole: boolean, invert: boolean, show: boolean}} PhotoOptions
 */

/**
 * What to do with the picture, once for each answer: moves to the right and down, or lists of
 * [index, grey] that replace single pixels; and moment: the network is that of so many steps of its
 * training (one of the catalogue's, which tells its outputs).
 * @typedef {{moves?: number[][], edits?: number[][][], moment?: number}} Change
 */

/**
 * The strongest maps of a stage: which, and their numbers one map after the other, of which 127
 * stands for the stage's largest magnitude.
 * @typedef {{stage: string, maps: number[], height: number, width: number, values: Int8Array}} Glance
 */

/**
 * What answers, where that is no secret: threads only where it is a matter of choice.
 * @typedef {{provider: string, threads?: number, versions: Record<string, string>}} Facts
 */

/**
 * @typedef {object} Host
 * @property {"server" | "browser"} name
 * @property {Promise<void>} ready fulfilled once the first answer can be given
 * @property {(ink: Ink, model: string) => Promise<Seen>} sketch
 * @property {(file: Blob, model: string, options: PhotoOptions) => Promise<Seen>} photo
 * @property {(model: string, input: Uint8Array, outputs: string[], change?: Change)
 *   => Promise<Record<string, Float32Array>>} run each output, one picture after the other
 * @property {(model: string, input: Uint8Array) => Promise<Glance[]>} glance at every stage that
 *   has maps, in the order of execution
 * @property {(model: string) => Promise<Record<string, {shape: number[], values: Float32Array}>>}
 *   weights what the network has learnt, by name
 * @property {() => Promise<Facts>} facts
 * @property {(callback: (share: number, bytes: number) => void) => void} [progress] calls back
 *   while what answers is being fetched: how much of how many bytes is here
 */

export {};
