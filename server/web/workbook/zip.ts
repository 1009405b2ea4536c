// SPDX-License-Identifier: AGPL-3.0-or-later
// The files of a zip (APPNOTE 6.3), one at a time. They are inflated by Node's zlib, which works in another thread, and
// counted while they come, so that a small file that would become a huge one is stopped early.
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw, crc32 } from 'node:zlib'
import { broken, heavy, refuseMany } from './fault.ts'

const [END, END_64, LOCATOR_64, CENTRAL, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50]
const END_LENGTH = 22
const READ_AT_ONCE = 16 * 1024
const [STORED, DEFLATED] = [0, 8]

type Entry = { method: number; isLocked: boolean; crc: number; size: number; at: number }

export class Zip {
  readonly #bytes: Buffer
  readonly #entries: ReadonlyMap<string, Entry>
  #left: number

  /** @param most bytes that all files that are read may have. @throws WorkbookFault. */
  constructor(bytes: Buffer, most: number) {
    this.#bytes = bytes
    this.#left = most
    try {
      this.#entries = entriesOf(bytes)
    } catch (error) {
      throw error instanceof RangeError ? broken() : error
    }
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(name))
  }

  /** The bytes of a file, none when there is no such file. @throws WorkbookFault. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(keyOf(name))
    if (!entry) return
    let crc = 0
    try {
      for await (const part of partsOf(this.#bytes, entry)) {
        this.#left -= part.length
        if (this.#left < 0) throw heavy()
        crc = crc32(part, crc)
        yield part
      }
    } catch (error) {
      throw isZlib(error) || error instanceof RangeError ? broken() : error
    }
    if (crc !== entry.crc) throw broken()
  }
}

const isZlib = (error: unknown) => String((error as { code?: unknown }).code).startsWith('Z_')

/** Names of the parts of a workbook are the same in capitals (ECMA-376-2, 6.2.2). */
const keyOf = (name: string) => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase()

function entriesOf(bytes: Buffer): Map<string, Entry> {
  const { count, start } = directoryOf(bytes)
  refuseMany(count)
  const entries = new Map<string, Entry>()
  let at = start
  for (let seen = 0; seen < count; seen += 1) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw broken()
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((from) => bytes.readUInt16LE(at + from))
    const nameEnd = at + 46 + nameLength!
    const extra = bytes.subarray(nameEnd, nameEnd + extraLength!)
    const key = keyOf(bytes.subarray(at + 46, nameEnd).toString())
    // Of two files of one name, the first one.
    if (!entries.has(key)) entries.set(key, entryOf(bytes, at, extra))
    at = nameEnd + extraLength! + noteLength!
  }
  return entries
}

function directoryOf(bytes: Buffer): { count: number; start: number } {
  const first = Math.max(0, bytes.length - END_LENGTH - 0xffff)
  for (let at = bytes.length - END_LENGTH; at >= first; at -= 1) {
    if (bytes.readUInt32LE(at) !== END) continue
    const [count, start] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16)]
    const locator = at - 20
    if ((count < 0xffff && start < 0xffffffff) || locator < 0 || bytes.readUInt32LE(locator) !== LOCATOR_64)
      return { count, start }
    const end = Number(bytes.readBigUInt64LE(locator + 8))
    if (bytes.readUInt32LE(end) !== END_64) throw broken()
    return { count: Number(bytes.readBigUInt64LE(end + 32)), start: Number(bytes.readBigUInt64LE(end + 48)) }
  }
  throw broken()
}

function entryOf(bytes: Buffer, at: number, extra: Buffer): Entry {
  const [packed, unpacked, local] = [20, 24, 42].map((from) => bytes.readUInt32LE(at + from))
  // Those that do not fit are numbers of 64 bits, one after the other (4.5.3).
  const wide = wideOf(extra)
  const [, size, start] = [unpacked!, packed!, local!].map((number) => (number === 0xffffffff ? wide() : number))
  return {
    method: bytes.readUInt16LE(at + 10),
    isLocked: (bytes.readUInt16LE(at + 8) & 1) === 1,
    crc: bytes.readUInt32LE(at + 16),
    size: size!,
    at: start!,
  }
}

function wideOf(extra: Buffer): () => number {
  let from = 0
  while (from + 4 <= extra.length && extra.readUInt16LE(from) !== 1) from += 4 + extra.readUInt16LE(from + 2)
  let next = from + 4
  return () => {
    next += 8
    return Number(extra.readBigUInt64LE(next - 8))
  }
}

function partsOf(bytes: Buffer, { method, isLocked, size, at }: Entry): AsyncIterable<Buffer> {
  if (bytes.readUInt32LE(at) !== LOCAL || isLocked || (method !== STORED && method !== DEFLATED)) throw broken()
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
  if (start + size > bytes.length) throw broken()
  const packed = Readable.from(slicesOf(bytes.subarray(start, start + size)))
  if (method === STORED) return packed
  const inflate = createInflateRaw({ chunkSize: READ_AT_ONCE })
  // A fault reaches whoever reads.
  pipeline(packed, inflate, () => {})
  return inflate
}

function* slicesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += READ_AT_ONCE) yield bytes.subarray(at, at + READ_AT_ONCE)
}
