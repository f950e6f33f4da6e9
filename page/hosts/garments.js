// A garment's photo: a first look, the cut along its mask, and what look and network say together.
// As models/preprocess.py and models/look.py do it.

/** @typedef {import("./pixels.js").Pixels} Pixels */
/** @typedef {import("./types.js").PhotoOptions} PhotoOptions */
/** @typedef {import("../catalogue.js").Catalogue} Catalogue */
/** @typedef {import("./graphs.js").Runtime} Runtime */
/** @typedef {import("onnxruntime-web").Tensor} Tensor */
/** @typedef {Record<string, Tensor>} Tensors */

/**
 * What a first look has seen: the graph's outputs, the likelier subject, log-odds of a digit.
 * @typedef {{outputs: Tensors, subject: "digit" | "garment", odds: number}} Looked
 */

/**
 * @param {ReturnType<typeof import("./runs.js").createRuns>} runs
 * @param {Catalogue} catalogue
 */
export function createGarments({ run, answer }, catalogue) {
  const { look, garment, verdict } = catalogue.preprocessing;

  /**
   * @param {Looked} seen
   * @param {Pixels} pixels
   * @param {boolean} whole
   * @param {boolean} invert
   */
  const cut = ({ outputs }, pixels, whole, invert) =>
    run(
      garment.graph,
      (ort) => ({
        rgba: rgbaOf(ort, pixels),
        mask: outputs.mask,
        plain: outputs.plain,
        whole: new ort.Tensor("bool", [whole], [1]),
        invert: new ort.Tensor("bool", [invert], [1]),
      }),
      ["image", "box", "blank"],
    );

  return {
    /** @param {Pixels} pixels @returns {Promise<Looked>} */
    async look(pixels) {
      const names = ["kind", "garment", "mask", "found", "plain"];
      const outputs = await run(look.graph, (ort) => ({ rgba: rgbaOf(ort, pixels) }), names);
      const [digit, garment, neither] = /** @type {Float32Array} */ (outputs.kind.data);
      const subject = digit >= garment ? "digit" : "garment";
      return { outputs, subject, odds: digit - Math.log(Math.exp(garment) + Math.exp(neither)) };
    },

    /**
     * The network's inputs, one or both ways round, and how they came about.
     * @param {Pixels} pixels
     * @param {Looked} seen
     * @param {PhotoOptions} options
     */
    async prepared(pixels, seen, { whole, invert }) {
      const { mask, found } = seen.outputs;
      const clear = seenThrough(pixels);
      const uncut = (whole && !clear) || !Number(found.data[0]);
      const { image, box, blank } = await cut(seen, pixels, uncut, invert);
      const inputs = [bytesOf(image)];
      if (!invert) inputs.push(bytesOf((await cut(seen, pixels, uncut, true)).image));
      const { width, height } = pixels;
      const note = whole ? "whole-picture" : "fallback:no-object";
      const greys = /** @type {Uint8Array} */ (mask.data);
      return {
        inputs,
        blank: Boolean(blank.data[0]),
        width,
        height,
        box: uncut ? null : [.../** @type {Float32Array} */ (box.data)],
        mask: uncut ? null : { width, height, greys },
        notes: uncut ? [note] : clear ? ["mask:transparency"] : [],
      };
    },

    /** Whether that network answers together with the look. @param {string} model */
    together: (model) => verdict.rule?.network === model,

    /**
     * What both say together, and each alone.
     * @param {string} model
     * @param {Uint8Array[]} inputs the network's, of each way
     * @param {Looked} seen
     */
    async asked(model, inputs, { outputs: { kind, garment, plain } }) {
      const images = new Float32Array(784 * inputs.length);
      inputs.forEach((greys, i) => greys.forEach((grey, j) => (images[784 * i + j] = grey / 255)));
      const { logits, energy } = await answer(model, images, ["logits", "energy"]);
      const energies = [.../** @type {Float32Array} */ (energy.data)];
      const names = ["probabilities", "look", "network", "evidence"];
      const said = await run(verdict.graph, () => ({ kind, garment, plain, logits }), names);
      const [probabilities, look, network] = names
        .slice(0, 3)
        .map((name) => [.../** @type {Float32Array} */ (said[name].data)]);
      return {
        probabilities,
        energy: energies.reduce((sum, one) => sum + one, 0) / energies.length,
        opinions: { look, network },
        evidence: Number(said.evidence.data[0]),
      };
    },
  };
}

/** @param {Runtime} ort @param {Pixels} pixels */
export const rgbaOf = (ort, { width, height, rgba }) =>
  new ort.Tensor("uint8", new Uint8Array(rgba.buffer), [height, width, 4]);

/** 784 greys. @param {Tensor} image 0..1, in whole 255ths */
export const bytesOf = (image) =>
  new Uint8Array(/** @type {Float32Array} */ (image.data).map((grey) => Math.round(255 * grey)));

/** Whether transparency tells something apart. @param {Pixels} pixels */
function seenThrough({ rgba }) {
  let [clear, opaque] = [false, false];
  for (let i = 3; i < rgba.length; i += 4) {
    if (rgba[i] < 128) clear = true;
    else opaque = true;
  }
  return clear && opaque;
}
