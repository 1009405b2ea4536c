// SPDX-License-Identifier: AGPL-3.0-or-later
// Received HTML as plain text: no markup is kept, and the result is escaped like any other text.
import { decodeHTML } from 'entities/decode'
import { cleanText } from './text.ts'

/** Elements whose content is not for reading. */
const SILENT = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'iframe',
  'object',
  'svg',
  'math',
  'textarea',
  'select',
  'xmp',
])
const BREAKS = new Set(['br', '/p', '/li', '/div', '/tr', '/blockquote', '/h1', '/h2', '/h3', '/h4', '/h5', '/h6'])
/** The readable text of the first 20 000 characters; paragraphs and breaks become line feeds. Linear in their number. */
export function textOfHtml(html: string): string {
  const source = html.slice(0, 20_000)
  const lower = source.toLowerCase()
  let text = ''
  let at = 0
  while (at < source.length) {
    const open = source.indexOf('<', at)
    text += source.slice(at, open === -1 ? undefined : open)
    if (open === -1) break
    const [, name] = /^<(\/?[a-z][a-z0-9]*)/.exec(lower.slice(open, open + 30)) ?? []
    if (!name && !/[!?/]/.test(source[open + 1] ?? '')) {
      text += '<'
      at = open + 1
      continue
    }
    at = endOf(source, open)
    if (name && BREAKS.has(name)) text += '\n'
    if (name && SILENT.has(name)) at = endOf(source, after(lower, `</${name}`, at))
  }
  return cleanText(
    decodeHTML(text)
      .replace(/[ \u00a0]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .replace(/\n{3,}/g, '\n\n'),
  )
}

function endOf(source: string, open: number): number {
  return source.startsWith('<!--', open) ? after(source, '-->', open + 4) : after(source, '>', open)
}

/** The end when there is no `mark`: what is never closed is not read. */
function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found === -1 ? source.length : found + mark.length
}
