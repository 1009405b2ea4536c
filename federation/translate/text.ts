// SPDX-License-Identifier: AGPL-3.0-or-later
// Text in and out: plain text becomes safe HTML, received text loses what cannot be seen.

/** Control characters except line feed, and marks that turn the direction of what follows (bidi overrides, isolates). */
const INVISIBLE = /(?!\n)[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu

/** Received plain text without anything invisible; line ends become line feeds. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(INVISIBLE, '').toWellFormed().trim()
}

export function escapeHtml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => named[character] ?? '')
}

/** Plain text as paragraphs: an empty line ends one, a line feed is a break. */
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
