// SPDX-License-Identifier: AGPL-3.0-or-later

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
