// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PublicPartner } from '../../../db/queries/public-figures.ts'
import type { Translator } from '../../text/i18n.ts'

/** A centre's members by name, with what each is looking for. */
export function associationsPage(
  t: Translator,
  host: string,
  members: PublicPartner[],
  counts: ReadonlyMap<string, number>,
) {
  return {
    title: t('search.associations.title'),
    host,
    heading: members.length > 0 ? t.n('search.associations.heading', members.length) : t('search.associations.title'),
    members: members.map(({ partner_uri, partner_name, partner_url, partner_summary }) => {
      const count = counts.get(partner_uri) ?? 0
      return {
        name: partner_name,
        url: partner_url,
        summary: partner_summary,
        offers: count > 0 ? t.n('search.associations.offers', count) : '',
        href: `/offers?association=${encodeURIComponent(partner_uri)}`,
      }
    }),
  }
}
