// SPDX-License-Identifier: AGPL-3.0-or-later
// How to follow a search: a feed or a calendar opened in a browser is unreadable, above all on a phone.
import type { Site } from '../../text/render.ts'
import type { Translator } from '../../text/i18n.ts'
import { queryOf, type Asked } from '../query.ts'

/** @param heading of the search. */
export function followPage(t: Translator, site: Site, asked: Asked, heading: string) {
  const query = queryOf(asked, { sort: null })
  const address = (path: string) => `${String(site.publicUrl)}${path}${query}`
  return {
    title: t('search.follow.title'),
    robots: 'noindex',
    search: { href: `/offers${query}`, label: heading },
    ways: (['calendar', 'feed'] as const).map((way) => ({
      icon: way,
      heading: t(`search.follow.${way}`),
      text: t(`search.follow.${way}_how`),
      address: address(way === 'calendar' ? '/offers.ics' : '/offers.atom'),
      open: t(`search.follow.${way}_open`),
    })),
  }
}
