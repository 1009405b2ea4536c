// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * Control characters except line feed, marks that change the direction of text (bidi overrides, isolates), signs without
 * width, and characters for private use, which are boxes for everybody else. The joiners that emoji and some scripts are
 * written with stay.
 */
const INVISIBLE = /(?!\n)[\p{Cc}\p{Co}\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu
/** No script puts more marks on one character; a tower of them covers the lines above. */
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g

/** Removes invisible characters; line ends become line feeds. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_ENDS, '\n')
    .replace(/\t/g, ' ')
    .replace(INVISIBLE, '')
    .replace(MANY_MARKS, '$1')
    .trim()
}

/** As cleanText, on one line. */
export const cleanLine = (text: string): string => cleanText(text).replace(/(?<!\s)\s*\n\s*/g, ' ')

export function escapeHtml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => named[character] ?? '')
}

/** An empty line ends a paragraph, a line feed is a break. */
export function paragraphs(text: string): string {
  const blocks = text.split(/\n{2,}/).map((block) => block.trim())
  return blocks
    .filter(Boolean)
    .map((block) => `<p>${escapeHtml(block).replaceAll('\n', '<br>')}</p>`)
    .join('')
}

export function bulletList(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
}
