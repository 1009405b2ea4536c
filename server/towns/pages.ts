// SPDX-License-Identifier: AGPL-3.0-or-later
import type { NamingListing, TownLine, TownShelf } from '../../db/queries/typed-towns.ts'
import type { TownRow, TypedTown } from '../../db/queries/typed-towns.ts'
import type { Gazetteer, Place } from '../../db/reference/places.ts'
import { placeName } from '../public-offer/places.ts'
import type { Translator } from '../text/i18n.ts'
import { addressWith } from '../web/paging.ts'
import { pagerByRow, type RowsPage } from '../web/rows.ts'

type Wording = { t: Translator; places: Pick<Gazetteer, 'find'> }

/** « 21120 Grancey » */
export const typedLabel = ({ name, postal_code }: Pick<TypedTown, 'name' | 'postal_code'>) =>
  [postal_code, name].filter(Boolean).join(' ')

/** « Beaune (Côte-d’Or) »; '' without an answer, the code alone when the place is in our list no more. */
export function placeLabel(places: Pick<Gazetteer, 'find'>, row: Pick<TownRow, 'code'> | undefined): string {
  const place = row?.code ? places.find(row.code) : undefined
  return place ? placeName(place) : (row?.code ?? '')
}

export function listPage({ t, places }: Wording, shelf: TownShelf, page: RowsPage<TownLine>) {
  const address = (asked: Record<string, string>) =>
    addressWith('/moderation/towns', { shelf: shelf === 'open' ? '' : shelf, ...asked })
  return {
    title: t(`towns.title.${shelf}`),
    lead: t(`towns.lead.${shelf}`),
    other: shelf === 'open' ? '/moderation/towns?shelf=settled' : '/moderation/towns',
    otherLabel: t(`towns.title.${shelf === 'open' ? 'settled' : 'open'}`),
    nothing: t(`towns.nothing.${shelf}`),
    table: page.rows.length > 0 && {
      columns: [
        { label: t('towns.list.typed') },
        ...(shelf === 'settled' ? [{ label: t('towns.list.place') }] : []),
        { label: t('towns.list.offers'), num: true },
      ],
      rows: page.rows.map((row) => ({
        cells: [
          { text: typedLabel(row), href: `/moderation/towns/${row.id}` },
          ...(shelf === 'settled' ? [{ text: placeLabel(places, row) }] : []),
          { text: t.number(row.offers), num: true },
        ],
      })),
    },
    pager: pagerByRow(page, (place) => address({ ...place })),
  }
}

type About = {
  id: string
  town: TypedTown
  row: TownRow | undefined
  item: string
  near: readonly Place[]
  offers: readonly NamingListing[]
  count: number
}

export function townPage({ t, places }: Wording, { id, town, row, item, near, offers, count }: About) {
  const place = placeLabel(places, row)
  return {
    title: t('towns.show.title', { typed: typedLabel(town) }),
    action: `/moderation/towns/${id}`,
    back: item ? `/moderation/${item}` : '/moderation/towns',
    backLabel: t(item ? 'towns.back_item' : 'towns.title.open'),
    item,
    version: row?.version ?? 1,
    settled: row?.code ? t('towns.show.settled', { place, date: t.date(row.decided_at ?? '', 'short') }) : '',
    isSettled: Boolean(row?.code),
    named: count === 0 ? t('towns.show.not_online') : t.n('towns.show.offers', count),
    offers: offers.map(({ public_id, title, association_name: name }) => ({
      href: `/offers/${public_id}`,
      title,
      name,
    })),
    more: count > offers.length ? t.n('towns.show.more', count - offers.length) : '',
    options: near.map((one) => ({
      value: one.code,
      label: placeName(one),
      hint: one.postalCodes.slice(0, 3).join(', '),
    })),
    name: town.name,
  }
}
