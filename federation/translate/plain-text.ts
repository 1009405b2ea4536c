// SPDX-License-Identifier: AGPL-3.0-or-later
// Received HTML as plain text: no markup is kept, and the result is escaped like any other text.
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
// prettier-ignore
const NAMED: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', laquo: '«', raquo: '»', rsquo: '’', lsquo: '‘', hellip: '…',
  ndash: '–', mdash: '—', euro: '€', deg: '°', oelig: 'œ', agrave: 'à', acirc: 'â', ccedil: 'ç', egrave: 'è', eacute: 'é',
  ecirc: 'ê', euml: 'ë', icirc: 'î', iuml: 'ï', ocirc: 'ô', ugrave: 'ù', ucirc: 'û', Agrave: 'À', Ccedil: 'Ç', Eacute: 'É',
}

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
    decode(text)
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

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? whole) : whole
    const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ''
  })
}
