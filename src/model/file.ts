import type { Block, Model, Shape } from './model';
import { Reader } from './reader';

/** The four bytes at the head of a file of weights. */
const magic = 'LWM1';

/** A tensor in a file: int8 by rows with a scale for each, or floats. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where it begins, in bytes after the header; a matrix has its scales first. */
  readonly at: number;
}

interface Header {
  readonly name: string;
  readonly shape: Shape;
  readonly exits: number;
  readonly tensors: readonly Entry[];
}

/** A file of weights that is not what was written. */
export class DamagedModel extends Error {
  override name = 'DamagedModel';
}

/** FNV-1a of the bytes, 32 bits: tells a file that was cut or changed on its way, not one that was forged. */
export function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** intact(bytes): whether a file of weights is as it was written. Throws DamagedModel, with a line for the reader, where it is not. */
function intact(bytes: Uint8Array): void {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 4)) !== magic) throw new DamagedModel('this is no file of weights');
  const written = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  if (checksum(bytes.subarray(8)) !== written) throw new DamagedModel('the file of weights is damaged or cut short');
}

/**
 * readModel(bytes) is the model in a file of weights: magic, checksum of the rest, length of the header (uint32, little-endian), header
 * (JSON, padded to four bytes), tensors. Written by seeds/model/train/pack.py. Throws DamagedModel where anything disagrees.
 */
export function readModel(bytes: Uint8Array): Model {
  intact(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + size))) as Header;
  const tensors = new Map(header.tensors.map((entry) => [entry.name, unpacked(view, 12 + size, entry)]));
  const need = (name: string): Float32Array => {
    const found = tensors.get(name);
    if (!found) throw new DamagedModel(`the file of weights lacks ${name}`);
    return found;
  };
  const block = (i: number): Block => {
    const [norm1, q, k, v, o, norm2, up, down] = ['norm1', 'q', 'k', 'v', 'o', 'norm2', 'up', 'down'].map((part) =>
      need(`block.${i}.${part}`),
    );
    return { shift: tensors.get(`block.${i}.shift`), norm1: norm1!, q: q!, k: k!, v: v!, o: o!, norm2: norm2!, up: up!, down: down! };
  };
  const model: Model = {
    reader: (hooks, cache) => new Reader(model, hooks, cache),
    name: header.name,
    shape: header.shape,
    embed: need('embed'),
    blocks: Array.from({ length: header.shape.layers }, (_, i) => block(i)),
    norm: need('norm'),
    unembed: need('unembed'),
    exits: Array.from({ length: header.exits }, (_, i) => ({ norm: need(`exit.${i}.norm`), unembed: need(`exit.${i}.unembed`) })),
  };
  return model;
}

/** A tensor as floats: of a matrix, each row's bytes times its scale. */
function unpacked(view: DataView, origin: number, { shape, at }: Entry): Float32Array {
  const [rows = 0, columns] = shape;
  const result = new Float32Array(rows * (columns ?? 1));
  let from = origin + at;
  if (columns === undefined) return result.map((_, i) => view.getFloat32(from + 4 * i, true));
  for (let r = 0; r < rows; r++) {
    const scale = view.getFloat32(origin + at + 4 * r, true);
    from = origin + at + 4 * rows + r * columns;
    for (let c = 0; c < columns; c++) result[r * columns + c] = view.getInt8(from + c) * scale;
  }
  return result;
}
