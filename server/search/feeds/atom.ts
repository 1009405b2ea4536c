// SPDX-License-Identifier: AGPL-3.0-or-later
// Atom (RFC 4287), with the links of a paged feed (RFC 5005).
import type { Entry, Feed } from './entries.ts'

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Leaves out characters that XML does not allow. */
export function xml(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
  )
}

export function toAtom(feed: Feed): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xml(feed.lang)}">`,
    `<id>${xml(feed.self)}</id>`,
    `<title>${xml(feed.title)}</title>`,
    `<updated>${xml(feed.updated)}</updated>`,
    `<author><name>${xml(feed.author.name)}</name><uri>${xml(feed.author.url)}</uri></author>`,
    `<link rel="self" type="application/atom+xml" href="${xml(feed.self)}"/>`,
    `<link rel="alternate" type="text/html" href="${xml(feed.page)}"/>`,
    ...(feed.next ? [`<link rel="next" type="application/atom+xml" href="${xml(feed.next)}"/>`] : []),
    '<generator>Mainforte</generator>',
    ...feed.entries.map(entry),
    '</feed>\n',
  ].join('\n')
}

function entry(one: Entry): string {
  const summary = [one.summary, one.facts.join(' · ')].filter(Boolean).join('\n\n')
  return [
    '<entry>',
    `<id>${xml(one.uri)}</id>`,
    `<title>${xml(one.title)}</title>`,
    `<published>${xml(one.published)}</published>`,
    `<updated>${xml(one.updated)}</updated>`,
    `<author><name>${xml(one.association.name)}</name><uri>${xml(one.association.url)}</uri></author>`,
    `<link rel="alternate" type="text/html" href="${xml(one.url)}"/>`,
    ...(one.homeUrl === one.url ? [] : [`<link rel="via" type="text/html" href="${xml(one.homeUrl)}"/>`]),
    ...one.categories.map(({ term, label }) => `<category term="${xml(term)}" label="${xml(label)}"/>`),
    `<summary>${xml(summary)}</summary>`,
    '</entry>',
  ].join('\n')
}
