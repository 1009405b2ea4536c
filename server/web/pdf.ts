// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether what somebody sent is a PDF that everybody can open: by its content, because name and type may be wrong.
import { inflateSync } from 'node:zlib'
import { FIELDS } from '../model/offer/fields.ts'

export const PDF = 'application/pdf'
export type PdfFault = 'kind' | 'locked' | 'active'

/** What begins to do something when the file is opened, or holds another file. */
const ACTIVE = /\/(?:JavaScript|Launch|EmbeddedFile|RichMedia|SubmitForm|ImportData)\b/
/** The end of the file, where the table of its objects is named (ISO 32000-1 §7.5.5). */
const TAIL_BYTES = 2048

/** @returns undefined for a PDF with its table of objects, without a password and without anything that runs. */
export function pdfFault(bytes: Buffer): PdfFault | undefined {
  if (!/^%PDF-[12]\.\d/.test(bytes.toString('latin1', 0, 8))) return 'kind'
  const tail = bytes.toString('latin1', Math.max(0, bytes.length - TAIL_BYTES))
  const at = Number(/startxref\s+(\d{1,9})\s+%%EOF\s*$/.exec(tail)?.[1] ?? -1)
  if (at <= 0 || at >= bytes.length) return 'kind'
  if (!/^\s*(?:xref\s|\d+\s+\d+\s+obj\b)/.test(bytes.toString('latin1', at, at + 40))) return 'kind'
  const text = plainNames(bytes)
  if (/\/Encrypt\b/.test(text)) return 'locked'
  return ACTIVE.test(text) || isActiveInside(bytes) ? 'active' : undefined
}

const HASH = 0x23
const hexDigit = (code = 0): number =>
  code >= 0x30 && code <= 0x39
    ? code - 0x30
    : (code | 0x20) >= 0x61 && (code | 0x20) <= 0x66
      ? (code | 0x20) - 0x57
      : -1

/** A name may have `#61` for `a` (§7.3.5). Byte by byte, because a file may consist of them. */
function plainNames(bytes: Buffer): string {
  if (!bytes.includes(HASH)) return bytes.toString('latin1')
  const plain = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const [high, low] = bytes[at] === HASH ? [hexDigit(bytes[at + 1]), hexDigit(bytes[at + 2])] : [-1, -1]
    const isCoded = high >= 0 && low >= 0
    plain[length++] = isCoded ? high * 16 + low : bytes[at]!
    if (isCoded) at += 2
  }
  return plain.toString('latin1', 0, length)
}

/** Of all packed objects of a file; a sheet of 2 MB has a few dozen packed parts. */
const MOST_UNPACKED_BYTES = 8 * 1024 * 1024
const MOST_PACKED = 1000
/** What stands before a stream of objects (§7.5.7). Some programs read it also without its type, by its `/First`. */
const OF_OBJECTS = /\/ObjStm\b|\/First[\0\s]{1,8}\d{1,9}(?![\d\0\s]*R\b)/
const ONE_FILTER = /\/Filter[\0\s]{0,8}(?:\[[\0\s]{0,8}\/FlateDecode[\0\s]{0,8}\]|\/FlateDecode\b)/

/**
 * Unpacks the streams that hold objects, and looks into them. True also for what it does not read: another packing,
 * broken bytes, or more than a sheet has. Takes time in proportion to the file: no byte is read more than a few times.
 */
function isActiveInside(bytes: Buffer): boolean {
  let [from, count, read, unpacked] = [0, 0, 0, 0]
  for (const { 0: keyword, 1: lineEnd, index } of bytes
    .toString('latin1')
    .matchAll(/(?<!end)stream[ \0]*(\r\n|\n|\r)?/g)) {
    const before = plainNames(bytes.subarray(from, index))
    from = index + keyword.length
    if (!OF_OBJECTS.test(before)) continue
    const filters = before.match(/\/Filter\b/g)?.length ?? 0
    // Without one, the objects stand in the file as they are.
    if (filters === 0) continue
    count += 1
    if (!lineEnd || filters > 1 || !ONE_FILTER.test(before) || before.includes('/Predictor')) return true
    const left = MOST_UNPACKED_BYTES - unpacked
    if (count > MOST_PACKED || read > bytes.length || left <= 0) return true
    const part = unpack(bytes.subarray(from), left)
    if (!part || ACTIVE.test(plainNames(part.bytes))) return true
    read += part.read
    unpacked += part.bytes.length
  }
  return false
}

/** @returns undefined for what is broken or longer than `most`. `read`: how many of the bytes it took. */
function unpack(packed: Buffer, most: number): { bytes: Buffer; read: number } | undefined {
  try {
    const { buffer, engine } = inflateSync(packed, { maxOutputLength: most, info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    return { bytes: buffer, read: engine.bytesWritten }
  } catch {
    return undefined
  }
}

/** The last part of a path, with one ending and no sign that means something: it stands in a header and is saved as a file. */
export function pdfName(sent: string): string {
  const last = sent.normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  const plain = last
    .replace(/\.pdf$/i, '')
    .replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return `${
    plain
      .slice(0, FIELDS.sheet.longest - 4)
      .toWellFormed()
      .trim() || 'fiche'
  }.pdf`
}
