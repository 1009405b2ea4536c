// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MembersOfTown, PublicPartner } from '../../../db/queries/public-figures.ts'
import { sortedByName } from '../../../db/plain.ts'
import { MOST_TOWNS, type MemberMap } from './member-map.ts'
import type { PartnerLogo } from '../../../db/queries/partner-logos.ts'
import type { Translator } from '../../text/i18n.ts'
import { emptyForm } from '../../web/forms.ts'
import { addressWith, pagerOf, type Page } from '../../web/paging.ts'

type View = {
  host: string
  /** How many members there are in all. */
  count: number
  page: Page
  /** Those of this page. */
  members: (PublicPartner & { sectors: string })[]
  /** How many offers each has online, by address. */
  offers: ReadonlyMap<string, number>
  /** By address of the member. */
  logos: ReadonlyMap<string, PartnerLogo>
  /** Where members are at home, and the town that was asked for, '' for all. */
  towns: readonly MembersOfTown[]
  town: string
  /** What members are about, and the sector that was asked for, '' for all. */
  sectors: readonly { code: string; count: number }[]
  sector: string
  labelOf: (code: string) => string
  map: MemberMap | undefined
}

const townOptions = (t: Translator, towns: readonly MembersOfTown[]) =>
  sortedByName(towns, ({ name }) => name).map(({ code, name, count }) => ({
    value: code,
    label: t('search.associations.town', { name, count }),
  }))

/** Our copy of a partner’s logo, as `logo` of views/partials takes it; null for none. */
export const logoOf = (logo: PartnerLogo | undefined) => (logo ? { ...logo, url: `/media/${logo.id}` } : null)

/** A centre's members by name, with what each is looking for. */
export function associationsPage(t: Translator, { host, count: all, page, members, offers, logos, ...where }: View) {
  const { towns, town, map, sectors, sector, labelOf } = where
  const known = new Set(sectors.map(({ code }) => code))
  const href = (to: number) => addressWith('/associations', { town, sector, page: to > 1 ? String(to) : '' })
  return {
    title: t('search.associations.title'),
    host,
    heading: all > 0 ? t.n('search.associations.heading', all) : t('search.associations.title'),
    // One town alone is no choice.
    towns: towns.length > 1 ? townOptions(t, towns) : null,
    sectors:
      sectors.length > 0
        ? sortedByName(
            sectors.map((one) => ({ ...one, name: labelOf(one.code) })),
            ({ name }) => name,
          ).map(({ code, name, count }) => ({ value: code, label: t('search.associations.town', { name, count }) }))
        : null,
    form: emptyForm({ town, sector }),
    map: town === '' && sector === '' ? map : undefined,
    mapped: Math.min(towns.length, MOST_TOWNS),
    areAllMapped: towns.length <= MOST_TOWNS,
    all: town === '' && sector === '' ? '' : '/associations',
    isNarrowed: town !== '' || sector !== '',
    pager: pagerOf(page, href),
    members: members.map(({ partner_uri, partner_name, partner_url, partner_summary, sectors: said }) => {
      const count = offers.get(partner_uri) ?? 0
      return {
        name: partner_name,
        logo: logoOf(logos.get(partner_uri)),
        url: partner_url,
        summary: partner_summary,
        sectors: t.list((JSON.parse(said) as string[]).filter((code) => known.has(code)).map(labelOf)),
        offers: count > 0 ? t.n('search.associations.offers', count) : '',
        href: `/offers?association=${encodeURIComponent(partner_uri)}`,
        follow: `/offers/follow?association=${encodeURIComponent(partner_uri)}`,
      }
    }),
  }
}
