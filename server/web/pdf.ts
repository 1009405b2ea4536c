// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether what somebody sent is a PDF that everybody can open: by its content, because name and type may be wrong.
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
  const text = bytes.toString('latin1')
  if (/\/Encrypt\b/.test(text)) return 'locked'
  return ACTIVE.test(text) ? 'active' : undefined
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
