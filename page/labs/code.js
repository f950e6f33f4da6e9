// A stage as one would write it in PyTorch, and how many numbers it learns. Plain text: no page.

/** @typedef {import("../catalogue.js").Layer} Layer */
/** @typedef {import("./arithmetic.js").Stage} Stage */

/**
 * @param {number} from maps before
 * @param {number} maps
 * @param {number[]} kernel rows, columns
 * @param {{padding?: number, stride?: number, bias?: boolean}} options
 */
export function conv2d(from, maps, [rows, columns], { padding = 0, stride = 1, bias = true }) {
  const size = rows === columns ? rows : `(${rows}, ${columns})`;
  const more = [
    stride === 1 ? "" : `stride=${stride}`,
    padding === 0 ? "" : `padding=${padding}`,
    bias ? "" : "bias=False",
  ];
  return `nn.Conv2d(${[from, maps, `kernel_size=${size}`, ...more].filter(String).join(", ")})`;
}

/**
 * The line, or lines, of code that make that stage of what came before.
 * @param {Stage} stage
 * @param {Stage[]} sources what it takes
 * @param {Layer} layer of the catalogue
 */
export function codeOf(stage, [first], { norm }) {
  const { op, kernel, padding, stride, maps, values, learnt } = stage;
  const [weight, bias] = [learnt?.weight[0], learnt?.bias[0]].map((value) => value?.toFixed(4));
  /** @type {Record<string, () => string>} */
  const lines = {
    normalise: () => `transforms.Normalize((${bias},), (${weight},))`,
    conv: () => {
      const line = conv2d(first.maps, maps, [kernel, kernel], { padding, stride, bias: !norm });
      return norm ? `${line}\nnn.BatchNorm2d(${maps})` : line;
    },
    relu: () => "nn.ReLU()",
    max: () => `nn.MaxPool2d(${pooling(kernel, stride)})`,
    average: () => `nn.AvgPool2d(${pooling(kernel, stride)})`,
    add: () => "x + before",
    flatten: () => "nn.Flatten()",
    mirror: () => "(x + mirrored) / 2",
    linear: () => `nn.Linear(${first.values.length}, ${values.length})`,
    softmax: () => `torch.softmax(logits / ${weight}, dim=1)`,
  };
  return lines[op]?.() ?? "";
}

const pooling = (/** @type {number} */ kernel, /** @type {number} */ stride) =>
  `kernel_size=${kernel}${stride === kernel ? "" : `, stride=${stride}`}`;

/** What `x.shape` would be: of one picture. @param {Stage} stage */
export const sizeOf = ({ shape }) => `torch.Size([${[1, ...shape].join(", ")}])`;

/**
 * How the number of parameters comes about: "32 · (1 · 3 · 3 + 1)"; "" where nothing is learnt.
 * @param {Stage} stage
 * @param {Stage[]} sources
 * @param {Layer} layer
 */
export function countOf({ op, kernel, maps, values }, [first], { norm, parameters }) {
  if (!parameters) return "";
  if (op === "linear") return `${values.length} · (${first.values.length} + 1)`;
  const kernels = `${first.maps} · ${kernel} · ${kernel}`;
  return norm ? `${maps} · (${kernels} + 2)` : `${maps} · (${kernels} + 1)`;
}
