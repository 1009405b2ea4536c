// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PublicPartner } from '../../../db/queries/public-figures.ts'
import type { PartnerLogo } from '../../../db/queries/partner-logos.ts'
import type { Translator } from '../../text/i18n.ts'
import { addressWith, pagerOf, type Page } from '../../web/paging.ts'

type View = {
  host: string
  /** How many members there are in all. */
  count: number
  page: Page
  /** Those of this page. */
  members: PublicPartner[]
  /** How many offers each has online, by address. */
  offers: ReadonlyMap<string, number>
  /** By address of the member. */
  logos: ReadonlyMap<string, PartnerLogo>
}

/** Our copy of a partner’s logo, as `logo` of views/partials takes it; null for none. */
export const logoOf = (logo: PartnerLogo | undefined) => (logo ? { ...logo, url: `/media/${logo.id}` } : null)

/** A centre's members by name, with what each is looking for. */
export function associationsPage(t: Translator, { host, count: all, page, members, offers, logos }: View) {
  const href = (to: number) => addressWith('/associations', { page: to > 1 ? String(to) : '' })
  return {
    title: t('search.associations.title'),
    host,
    heading: all > 0 ? t.n('search.associations.heading', all) : t('search.associations.title'),
    pager: pagerOf(page, href),
    members: members.map(({ partner_uri, partner_name, partner_url, partner_summary }) => {
      const count = offers.get(partner_uri) ?? 0
      return {
        name: partner_name,
        logo: logoOf(logos.get(partner_uri)),
        url: partner_url,
        summary: partner_summary,
        offers: count > 0 ? t.n('search.associations.offers', count) : '',
        href: `/offers?association=${encodeURIComponent(partner_uri)}`,
        follow: `/offers/follow?association=${encodeURIComponent(partner_uri)}`,
      }
    }),
  }
}
