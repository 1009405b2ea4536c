// SPDX-License-Identifier: AGPL-3.0-or-later
import { pagerOf } from '../../web/paging.ts'
import type { Site } from '../../text/render.ts'
import { ofTown } from '../../text/wording.ts'
import { cardOf, type CardView } from './cards.ts'
import { filterGroups, hiddenFields, searchForm } from './filter-form.ts'
import { label } from '../../public-offer/words.ts'
import { asksNothing, CODE_FILTERS, codeFilters, queryOf, TICKS, type Asked, type Ignored } from '../query.ts'
import type { Found, Query } from '../search.ts'
import { townLabel } from '../towns.ts'

export function searchPage(view: CardView, site: Site, query: Query, found: Found, ignored: Ignored[]) {
  const { t } = view
  const { asked } = query
  const here = (changes: Partial<Asked> = {}) => `/offers${queryOf(asked, changes)}`
  const heading = headingOf(view, query, found)
  const groups = filterGroups(view, query, found)
  return {
    title: heading,
    heading,
    canonical: `${String(site.publicUrl)}${here({ page: found.page })}`,
    robots: found.total === 0 ? 'noindex' : undefined,
    alternates: feedsOf(view, asked),
    form: searchForm(asked, query),
    hidden: {
      top: hiddenFields(asked, ['q', 'place']),
      side: hiddenFields(asked, ['filters'], groups.associations.length > 0),
    },
    groups,
    notes: notesOf(view, query, found, ignored),
    chips: chipsOf(view, query, found, here),
    sorts: sortsOf(view, query, found, here),
    cards: found.offers.map((offer) => cardOf(view, offer)),
    remote: found.remote && {
      items: found.remote.offers.map((offer) => cardOf(view, offer)),
      all: here({ mode: ['remote'] }),
      label: t.n('search.remote.all', found.remote.total),
    },
    pager: pagerOf(found, (page) => here({ page })),
    nothing: found.total === 0 ? nothingOf(view, query, found, here) : null,
    follow: `/offers/follow${queryOf(asked, { sort: null })}`,
  }
}

export function headingOf(view: CardView, query: Query, { total, widenedFrom }: Found): string {
  const { t } = view
  const { asked, region } = query
  if (total === 0) return t('search.heading.none')
  const towns = townsOf(view, query)
  if (towns && widenedFrom !== null) return t('search.heading.wider', { towns })
  if (towns) return t.n('search.heading.near', total, { towns })
  if (region) return t.n('search.heading.region', total, { region: region.name })
  return asksNothing(asked) ? t.n('search.heading.all', total) : t.n('search.heading.found', total)
}

function notesOf({ t }: CardView, query: Query, found: Found, ignored: Ignored[]) {
  const { asked, where, region } = query
  const notes = where.unknown.map(({ typed, suggestions }) => ({
    text: t(suggestions.length > 0 ? 'search.note.which_town' : 'search.note.unknown_town', { town: typed }),
    links: suggestions.map((place) => ({
      href: `/offers${queryOf(asked, { place: place.code })}`,
      label: townLabel(place),
    })),
  }))
  const note = (text: string) => notes.push({ text, links: [] })
  if (asked.q && query.match === null) note(t('search.note.no_word', { words: asked.q }))
  if (asked.region && !region) note(t('search.note.unknown_region', { region: asked.region }))
  if (found.widenedFrom !== null) note(t('search.note.widened', { from: found.widenedFrom, to: found.radius }))
  for (const { value } of ignored) note(t('search.note.ignored', { value }))
  return notes
}

/** The search in a few words: « « lire » · près de Beaune · Solidarité ». @param found for the name of its association. */
export function labelOf(view: CardView, query: Query, found: Pick<Found, 'offers'>): string {
  const { t } = view
  const { asked } = query
  const towns = townsOf(view, query)
  const parts = [
    asked.q && t('search.label.words', { words: asked.q }),
    towns && t('search.label.near', { towns }),
    query.where.area?.name ?? '',
    ...chipsOf(view, query, found, () => '').map(({ label: text }) => text),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : t('search.label.all')
}

function townsOf({ t }: CardView, { where }: Query): string {
  const names = new Set(where.towns.map(({ name }) => name))
  const isTwin = names.size < where.towns.length
  return t.list(where.towns.map((town) => ofTown(isTwin ? townLabel(town) : town.name, t.locale)))
}

type Here = (changes: Partial<Asked>) => string
function chipsOf(view: CardView, { asked, region }: Query, found: Pick<Found, 'offers'>, here: Here) {
  const { t } = view
  const chips = codeFilters.flatMap((name) =>
    asked[name].map((code) => ({
      label: label(view, CODE_FILTERS[name], code),
      href: here({ [name]: asked[name].filter((other) => other !== code) }),
    })),
  )
  const add = (made: boolean, text: () => string, changes: Partial<Asked>) => {
    if (made) chips.push({ label: text(), href: here(changes) })
  }
  add(asked.radius !== null, () => t('search.chip.radius', { km: asked.radius }), { radius: null })
  add(asked.region !== '' && region !== undefined, () => region?.name ?? '', { region: '' })
  add(asked.age !== null, () => t('search.chip.age', { age: asked.age }), { age: null })
  for (const name of TICKS) add(asked[name], () => t(`search.filter.${name}`), { [name]: false })
  const { language } = asked
  if (language) add(true, () => t(`search.language.${language}`), { language: '' })
  const one = () => found.offers[0]?.association_name ?? t('search.chip.association')
  add(asked.association !== '', one, { association: '' })
  return chips
}

function sortsOf({ t }: CardView, query: Query, found: Found, here: (changes: Partial<Asked>) => string) {
  if (found.total < 2) return []
  const fits = [
    query.match !== null && 'relevance',
    query.where.towns.length > 0 && 'distance',
    'newest',
    'ending',
  ] as const
  return fits
    .filter((sort) => sort !== false)
    .map((sort) => ({ label: t(`search.sort.${sort}`), current: sort === found.sort, href: here({ sort }) }))
}

function nothingOf(view: CardView, query: Query, found: Found, here: Here) {
  const { t } = view
  const { asked } = query
  if (asksNothing(asked)) return { text: t('search.none.at_all'), links: [] }
  const links = [
    ...(asked.q ? [{ label: t('search.none.without_words', { words: asked.q }), href: here({ q: '' }) }] : []),
    ...(asked.place
      ? [{ label: t('search.none.everywhere'), href: here({ place: '', radius: null, sort: null }) }]
      : []),
    ...chipsOf(view, query, found, here).map((chip) => ({
      label: t('search.none.without', { choice: chip.label }),
      href: chip.href,
    })),
    { label: t('search.none.all'), href: '/offers' },
  ]
  return { text: t('search.none.try'), links }
}

function feedsOf({ t }: CardView, asked: Asked) {
  const title = t('search.feed.title')
  return [
    { type: 'application/atom+xml', href: `/offers.atom${queryOf(asked)}`, title },
    { type: 'application/feed+json', href: `/offers.json${queryOf(asked)}`, title },
  ]
}
